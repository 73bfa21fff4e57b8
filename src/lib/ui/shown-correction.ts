import type { Notice } from '$lib/domain/bank/notice.ts';
import type { Question } from '$lib/domain/bank/pack.ts';

/** A 更正 as it is shown. */
export interface CorrectionShown {
  notice: Notice;
  /** Absent where no pack that has it can be had. */
  stem?: string;
  /** The question as it is now, where this build has it. */
  now?: Question;
}
