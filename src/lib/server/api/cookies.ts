import type { IncomingMessage } from 'node:http';
import type { Session } from '../wallet/session.ts';
import type { TerminalSession } from '../voucher/terminal.ts';

const YEAR_S = 365 * 86_400;
const PART = /^[A-Za-z0-9_-]{1,80}$/;

/**
 * The cookies of phones and tills: two ids and a secret. `__Host-` binds them to this host over https; a plain
 * name serves http://localhost only, where browsers would refuse the prefix.
 */
export class Cookies {
  readonly #secure: boolean;

  constructor(origin: string) {
    this.#secure = origin.startsWith('https:');
  }

  session(request: IncomingMessage): Session | undefined {
    const [walletId, deviceId, secret] = this.#read(request, 'wallet') ?? [];
    return walletId && deviceId && secret ? { walletId, deviceId, secret } : undefined;
  }

  terminal(request: IncomingMessage): TerminalSession | undefined {
    const [shopId, terminalId, secret] = this.#read(request, 'terminal') ?? [];
    return shopId && terminalId && secret ? { shopId, terminalId, secret } : undefined;
  }

  setSession({ walletId, deviceId, secret }: Session): string {
    return this.#set('wallet', `${walletId}.${deviceId}.${secret}`, YEAR_S);
  }

  setTerminal({ shopId, terminalId, secret }: TerminalSession): string {
    return this.#set('terminal', `${shopId}.${terminalId}.${secret}`, YEAR_S);
  }

  clear(name: 'wallet' | 'terminal'): string {
    return this.#set(name, '', 0);
  }

  #name(name: string): string {
    return this.#secure ? `__Host-${name}` : name;
  }

  #set(name: string, value: string, maxAgeS: number): string {
    const secure = this.#secure ? '; Secure' : '';
    return `${this.#name(name)}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeS}${secure}`;
  }

  #read(request: IncomingMessage, name: string): string[] | undefined {
    const wanted = `${this.#name(name)}=`;
    const found = request.headers.cookie
      ?.split(';')
      .map((pair) => pair.trim())
      .find((pair) => pair.startsWith(wanted));
    const parts = found?.slice(wanted.length).split('.');
    return parts?.length === 3 && parts.every((part) => PART.test(part)) ? parts : undefined;
  }
}
