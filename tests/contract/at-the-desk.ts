import { TestTerminal } from '../support/terminal.ts';
import type { TestPhone } from '../support/park.ts';
import { holdTissues, phoneWith, type Here } from './stories.ts';

/** What stories at the shop's desk begin with and look at. */
export function desk(here: Here) {
  return {
    /** A terminal that may hand over without a signal, and a phone with a voucher of its shop. */
    atTheDesk: async (options: Parameters<typeof TestTerminal.enrol>[1] = {}) => {
      const phone = await phoneWith(here.park, 20);
      const terminal = await TestTerminal.enrol(here.park, options);
      await terminal.contact();
      const voucher = await holdTissues(here.park, phone);
      return { phone, terminal, voucher, token: voucher.token };
    },

    /** How its owner's phone sees a voucher, and what the wallet holds. */
    stateOf: async (phone: TestPhone, id: string) => {
      phone.cursor = 0;
      const { changes, wallet } = await phone.sync();
      return { state: changes.vouchers.find((v) => v.id === id)?.state, held: wallet.held };
    },

    /** The movements that an account was given, e.g. `consume 20`. */
    paidTo: async (account = 'shop:east') => {
      const rows = await here.park.store.read
        .selectFrom('transfer')
        .select(['kind', 'points'])
        .where('to_account', '=', account)
        .execute();
      return rows.map(({ kind, points }) => `${kind} ${points}`);
    },
  };
}
