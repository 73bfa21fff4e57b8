import type { Component } from 'svelte';
import TopicAntiFraud from './TopicAntiFraud.svelte';
import TopicAsianGames from './TopicAsianGames.svelte';
import TopicBusinessEnvironment from './TopicBusinessEnvironment.svelte';
import TopicCopyrightAi from './TopicCopyrightAi.svelte';
import TopicDaily from './TopicDaily.svelte';
import TopicFengqiao from './TopicFengqiao.svelte';
import TopicLegalCheckup from './TopicLegalCheckup.svelte';
import TopicPark from './TopicPark.svelte';
import TopicSafeKeqiao from './TopicSafeKeqiao.svelte';

/** The drawing of each topic, by topic id; `daily` is the five questions of the day. */
export const topicArt: Record<string, Component> = {
	'civil-code-park': TopicPark,
	'safe-keqiao': TopicSafeKeqiao,
	'asian-games': TopicAsianGames,
	'anti-fraud': TopicAntiFraud,
	'legal-checkup': TopicLegalCheckup,
	'copyright-ai': TopicCopyrightAi,
	'business-environment': TopicBusinessEnvironment,
	fengqiao: TopicFengqiao,
	daily: TopicDaily
};
