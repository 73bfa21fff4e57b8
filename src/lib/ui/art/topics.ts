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

/** The drawing of each topic of the article, by topic id; `daily` is the five questions of the day. */
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

/** The character in the seal of each topic of the law. */
export const topicSign: Record<string, string> = {
	general: '总',
	property: '物',
	contract: '约',
	personality: '人',
	marriage: '婚',
	succession: '继',
	tort: '责',
	'telecom-fraud': '防',
	'public-security': '安',
	mediation: '和',
	village: '村',
	community: '社',
	copyright: '版',
	consumer: '购',
	privacy: '私',
	elderly: '老',
	minors: '幼'
};
