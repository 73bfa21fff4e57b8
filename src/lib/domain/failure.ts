/** What can go wrong in a way that a person must be told about; the sentences stand in `ui/text/failures.ts`. */
export type FailureCode =
  | 'storage-denied'
  | 'storage-full'
  | 'storage-blocked'
  | 'storage-outdated'
  | 'storage-cleared'
  | 'storage-removed'
  | 'storage-failed'
  | 'pack-missing'
  | 'pack-unreadable'
  | 'offline';

export class Failure extends Error {
  readonly code: FailureCode;
  constructor(code: FailureCode, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}
