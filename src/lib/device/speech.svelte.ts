import { browser } from '$app/environment';

/** Reading aloud with the phone's own voice, where it has a Chinese one. */
class Speech {
  #available = $state(false);
  #speaking = $state(false);

  get available(): boolean {
    return this.#available;
  }
  get speaking(): boolean {
    return this.#speaking;
  }

  /** Voices arrive late on most phones. */
  start(): void {
    if (!browser || !('speechSynthesis' in window)) return;
    const look = () => (this.#available = speechSynthesis.getVoices().some(isChinese));
    look();
    speechSynthesis.addEventListener?.('voiceschanged', look);
  }

  say(text: string): void {
    if (!this.#available) return;
    this.stop();
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = 'zh-CN';
    utterance.rate = 0.9;
    const voice = speechSynthesis.getVoices().find(isChinese);
    if (voice) utterance.voice = voice;
    utterance.onend = utterance.onerror = () => (this.#speaking = false);
    this.#speaking = true;
    speechSynthesis.speak(utterance);
  }

  stop(): void {
    if (!this.#available) return;
    speechSynthesis.cancel();
    this.#speaking = false;
  }
}

const isChinese = (voice: SpeechSynthesisVoice) => /^(zh|cmn)/i.test(voice.lang);

export const speech = new Speech();
