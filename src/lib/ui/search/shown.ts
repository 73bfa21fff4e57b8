import type { Piece } from '$lib/domain/search/marks.ts';
import type { Standing } from '$lib/domain/quiz/compose.ts';

/** A question that was found, as the list shows it. */
export interface QuestionShown {
  id: string;
  /** Begins a round with it. */
  href: string;
  topic: string;
  stem: Piece[];
  standing: Standing;
  /** Only for a question that has been answered: it would give the answer away. */
  explanation?: { says: string; source: string };
}

/** An article that was found. */
export interface ArticleShown {
  key: string;
  /** 《民法典》 */
  law: string;
  /** 第1254条 */
  number: string;
  /** What people call it. */
  name: string | undefined;
  citing: number;
  /** The questions that cite it are the very list below. */
  below: boolean;
}
