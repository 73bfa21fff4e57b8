// The modules that scripts/bank-plugin.ts makes.

declare module 'virtual:catalogue' {
  export const packHash: string;
  export const campaign: import('$lib/domain/points/campaign.ts').Campaign;
}

declare module 'virtual:topics' {
  export const topics: {
    id: string;
    title: string;
    summary: string;
    collection: import('$lib/domain/bank/pack.ts').Collection;
    count: number;
  }[];
}

declare module 'virtual:names' {
  export const names: import('$lib/domain/bank/names.ts').Names;
}

declare module 'virtual:trail' {
  type Station = import('$lib/domain/bank/trail.ts').Station;
  export const trail: import('$lib/domain/bank/trail.ts').Trail;
  /** In the order in which they are walked. */
  export const stations: Pick<Station, 'id' | 'name' | 'book' | 'at' | 'questions'>[];
}

declare module 'virtual:stories' {
  type Station = import('$lib/domain/bank/trail.ts').Station;
  /** By the station's id. */
  export const stories: Record<string, Pick<Station, 'story' | 'sources'> | undefined>;
}

declare module 'virtual:openings' {
  /** The question a page is printed with. In the browser `daily:` alone asks for whatever day the page was printed on. */
  export interface Opening {
    slot: string;
    question: import('$lib/domain/bank/pack.ts').Question;
    /** The question after it, where the topic has one that is answered by tapping. */
    second?: import('$lib/domain/bank/pack.ts').Question;
    /** The topic, for a page of one. */
    topic?: { id: string; title: string; count: number };
    /** The station, for a page of one. */
    station?: { id: string; name: string; count: number };
    /** The five of the day, for a daily page. */
    daily?: string[];
  }
  export function openingFor(slot: string): Opening | undefined;
}

declare module 'virtual:early' {
  const script: string;
  export default script;
}
