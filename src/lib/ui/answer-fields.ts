export { default as MatchAnswer } from './MatchAnswer.svelte';
export { default as NumberAnswer } from './NumberAnswer.svelte';
export { default as OrderAnswer } from './OrderAnswer.svelte';
