import { describe, expect, it, vi } from 'vitest';
import type { Notice } from '../domain/bank/notice.ts';
import type { Pack } from '../domain/bank/pack.ts';
import { question } from '../domain/bank/samples.ts';
import { change, endWallet } from './mirror.ts';
import { attempt, campaign, monday, start, type TestPhone } from './model-phone.ts';
import { correctionsIn, hidePrinted, markRead, packsKept } from './notices.ts';

const withdrawn = (questionId: string, on = monday): Notice => ({
  ...{ questionId, on, kind: 'withdrawn', says: '题目问的规定已经改了。' },
});
const corrected = (questionId: string, on = monday): Notice => ({
  ...{ questionId, on, kind: 'corrected', says: '答案应当是另一个选项。' },
});
const packOf = (correctedOn?: string): Pack => ({
  ...{ format: 1, campaign },
  topics: [
    {
      ...{ id: 't', collection: 'keqiao', title: '样例', summary: '样例主题' },
      questions: ['q0', 'q1', 'q2', 'q3'].map((id) => ({
        ...question({ type: 'judge', answer: true }, id),
        ...(correctedOn && { corrected: correctedOn }),
      })),
    },
  ],
  daily: { [monday]: ['q3', 'q2', 'q1'] },
});
const kept = ({ db }: TestPhone) => db.getAll('notices');
const news = async ({ db }: TestPhone) => {
  const found = await correctionsIn(db, packsKept(db));
  return found.filter(({ notice }) => !notice.read).map(({ notice }) => notice.questionId);
};

describe('what a sync tells of questions', () => {
  it('is kept, and not sent again until there is something new', async () => {
    const { server, phone } = await start();
    server.notices = [withdrawn('q1')];
    await phone.sync('open');
    expect(await kept(phone)).toEqual([withdrawn('q1')]);
    await phone.sync('pull');
    await phone.sync('pull');
    const known = server.requests.map(({ noticesHash }) => noticesHash);
    expect(known).toEqual([undefined, known[1], known[1]]);
    server.notices = [withdrawn('q1'), corrected('q2')];
    const changed = vi.fn();
    await phone.sync('pull', undefined, { changed });
    expect(changed).toHaveBeenCalled();
    expect((await kept(phone)).map(({ questionId }) => questionId)).toEqual(['q1', 'q2']);
  });

  it('goes again when it was a mistake', async () => {
    const { server, phone } = await start();
    server.notices = [withdrawn('q1')];
    await phone.sync('open');
    server.notices = [];
    await phone.sync('pull');
    expect(await kept(phone)).toEqual([]);
  });

  it('outlives the wallet: it is of the bank', async () => {
    const { server, phone } = await start();
    server.notices = [withdrawn('q1')];
    await phone.practise(attempt('q1', true));
    await phone.sync();
    const tx = change(phone.db);
    await endWallet(tx, 'wallet-closed');
    await tx.done;
    expect(await kept(phone)).toHaveLength(1);
  });
});

describe('更正', () => {
  it('is for whoever answered the question, right or wrong, here or on another device', async () => {
    const { server, phone } = await start();
    server.notices = [withdrawn('q0'), withdrawn('q1'), withdrawn('q2')];
    await phone.practise(attempt('q0', true), attempt('q1', false));
    await phone.sync();
    expect(await news(phone)).toEqual(['q0', 'q1']);
    await phone.db.put('attempts', { ...attempt('q2', true), elsewhere: true });
    expect(await news(phone)).toEqual(['q0', 'q1', 'q2']);
  });

  it('once read is read, until there is a later one on the same question', async () => {
    const { server, phone } = await start();
    server.notices = [corrected('q0'), withdrawn('q1')];
    await phone.practise(attempt('q0', true), attempt('q1', true));
    await phone.sync();
    await markRead(phone.db, await kept(phone));
    expect(await news(phone)).toEqual([]);
    server.notices = [...server.notices, withdrawn('q2')];
    await phone.sync('pull');
    expect(await news(phone)).toEqual([]);
    server.notices = [corrected('q0', '2026-12-24'), withdrawn('q1')];
    await phone.sync('pull');
    expect(await news(phone)).toEqual(['q0']);
  });

  it('read while a later one comes leaves that one to be read', async () => {
    const { server, phone } = await start();
    await phone.practise(attempt('q0', true));
    server.notices = [corrected('q0')];
    await phone.sync();
    const seen = await kept(phone);
    server.notices = [withdrawn('q0', '2026-12-24')];
    await phone.sync('pull');
    await markRead(phone.db, seen);
    expect(await news(phone)).toEqual(['q0']);
  });

  it('is not for who has answered only what the question is now', async () => {
    const { server, phone } = await start();
    const put = (hash: string, pack: Pack) =>
      phone.db.put('packs', { hash, json: JSON.stringify(pack), savedAtMs: 0 });
    await put('old', packOf());
    await put('new', packOf(monday));
    server.notices = [corrected('q0'), corrected('q1'), corrected('q2')];
    await phone.practise(
      { ...attempt('q0', true), packHash: 'new' },
      { ...attempt('q1', true), packHash: 'old' },
      { ...attempt('q1', true), packHash: 'new' },
      { ...attempt('q2', true), packHash: 'not on this phone' },
    );
    await phone.sync();
    const found = await correctionsIn(phone.db, packsKept(phone.db));
    expect(found.map(({ notice, packHashes }) => [notice.questionId, packHashes])).toEqual([
      ['q1', ['old']],
      ['q2', ['not on this phone']],
    ]);
  });
});

describe('a printed question that is not asked any more', () => {
  const marked = (...notices: Notice[]) => {
    const setItem = vi.fn<(key: string, value: string) => void>();
    vi.stubGlobal('localStorage', { setItem });
    hidePrinted(packOf(), notices, Date.parse(`${monday}T12:00:00+08:00`));
    vi.unstubAllGlobals();
    return setItem.mock.calls.map(([key]) => key);
  };

  it('is hidden on the page of its topic and of its day, the opening and the one behind it', () => {
    expect(marked(withdrawn('q0'))).toEqual(['topic:t']);
    expect(marked(corrected('q1'))).toEqual(['topic:t']);
    expect(marked(withdrawn('q2'))).toEqual([`daily:${monday}`]);
    expect(marked(withdrawn('q9'))).toEqual([]);
    expect(marked()).toEqual([]);
  });
});
