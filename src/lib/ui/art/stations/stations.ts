import type { Component } from 'svelte';
import BirthGate from './BirthGate.svelte';
import FilialGrove from './FilialGrove.svelte';
import FindersBench from './FindersBench.svelte';
import HeirloomHouse from './HeirloomHouse.svelte';
import HelpingPavilion from './HelpingPavilion.svelte';
import LeashPath from './LeashPath.svelte';
import MirrorTerrace from './MirrorTerrace.svelte';
import NeighboursLane from './NeighboursLane.svelte';
import PromiseBridge from './PromiseBridge.svelte';
import SafeEaves from './SafeEaves.svelte';
import TenantsGallery from './TenantsGallery.svelte';
import WeddingBoat from './WeddingBoat.svelte';

/** The drawn scene of each station by its id in `questions/park.yaml`, in the order in which they are walked. */
export const sceneOf: Record<string, Component> = {
	'birth-gate': BirthGate,
	'finders-bench': FindersBench,
	'helping-pavilion': HelpingPavilion,
	'mirror-terrace': MirrorTerrace,
	'promise-bridge': PromiseBridge,
	'tenants-gallery': TenantsGallery,
	'wedding-boat': WeddingBoat,
	'neighbours-lane': NeighboursLane,
	'leash-path': LeashPath,
	'safe-eaves': SafeEaves,
	'filial-grove': FilialGrove,
	'heirloom-house': HeirloomHouse
};
