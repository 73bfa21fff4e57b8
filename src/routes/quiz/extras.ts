export { default as NoQuestion } from './NoQuestion.svelte';
export { default as ReadAloud } from './ReadAloud.svelte';
export { default as ReportForm } from './ReportForm.svelte';
export { default as Result } from './Result.svelte';
export { readQuestion } from './reading.ts';
export { askIn } from './wanted.ts';
export { failureText } from '$lib/ui/text/failures.ts';
export { paidBefore } from './paid-before.ts';
