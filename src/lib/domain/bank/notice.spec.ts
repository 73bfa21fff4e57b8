import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleCampaign } from '../points/samples.ts';
import { stillAsked, byQuestion, inForce, type Notice } from './notice.ts';
import { questionsOf, type Pack } from './pack.ts';
import { question } from './samples.ts';

const DAY = '2026-12-01';
const five = ['q0', 'q1', 'q2', 'q3', 'q4'];

/** Ten questions of which `q9` was corrected before this pack was built. */
const pack: Pack = {
  format: 1,
  campaign: sampleCampaign,
  topics: [
    {
      ...{ id: 't', collection: 'keqiao', title: '样例', summary: '样例主题' },
      questions: Array.from({ length: 10 }, (_, i) => ({
        ...question({ type: 'judge', answer: true }, `q${i}`),
        ...(i === 9 && { corrected: '2026-11-20' }),
      })),
    },
  ],
  daily: { [DAY]: five },
};
const withdrawn = (questionId: string, instead?: string): Notice => ({
  ...{ questionId, on: DAY, kind: 'withdrawn' },
  ...(instead && { instead }),
});
const corrected = (questionId: string, on = DAY): Notice => ({
  ...{ questionId, on, kind: 'corrected', says: '新的规定是另一个样子。' },
});
const asked = (...notices: Notice[]) => [...questionsOf(inForce(pack, notices)).keys()];
const daily = (...notices: Notice[]) => inForce(pack, notices).daily[DAY];
const now = (notices: Notice[], answered: string[]) =>
  stillAsked(five, questionsOf(pack), byQuestion(notices), new Set(answered));

describe('an older pack', () => {
  it('is without what was withdrawn, and has the substitute in the calendar', () => {
    expect(asked(withdrawn('q1', 'q7'))).not.toContain('q1');
    expect(daily(withdrawn('q1', 'q7'))).toEqual(['q0', 'q7', 'q2', 'q3', 'q4']);
    expect(daily(withdrawn('q1'))).toEqual(['q0', 'q2', 'q3', 'q4']);
  });

  it('is without a substitute that it does not know, or that is out of play itself', () => {
    expect(daily(withdrawn('q1', 'newer'))).toEqual(['q0', 'q2', 'q3', 'q4']);
    expect(daily(withdrawn('q1', 'q7'), corrected('q7'))).toEqual(['q0', 'q2', 'q3', 'q4']);
  });

  it('is without what was corrected since, but has what was corrected before it', () => {
    expect(asked(corrected('q2'), corrected('q9', '2026-11-20'))).toEqual([
      'q0',
      'q1',
      'q3',
      'q4',
      'q5',
      'q6',
      'q7',
      'q8',
      'q9',
    ]);
    expect(asked(corrected('q9', '2026-11-21'))).not.toContain('q9');
  });

  it('stays as it is where nothing is told of its questions', () => {
    expect(inForce(pack, [withdrawn('another')])).toEqual(pack);
  });
});

describe('the five of a day count', () => {
  it('with the withdrawn one where it was answered, else with its substitute', () => {
    const notices = [withdrawn('q1', 'q7')];
    expect(now(notices, ['q0', 'q1'])).toEqual(five);
    expect(now(notices, ['q0'])).toEqual(['q0', 'q7', 'q2', 'q3', 'q4']);
  });

  it('without one that nobody can answer any more', () => {
    expect(now([withdrawn('q1'), corrected('q2')], ['q0'])).toEqual(['q0', 'q3', 'q4']);
  });

  it('as complete for whoever answered what was asked of them, whatever is told meanwhile', () => {
    const notice = fc
      .record({
        id: fc.nat(9),
        instead: fc.option(fc.nat(12), { nil: undefined }),
        gone: fc.boolean(),
      })
      .map(({ id, instead, gone }) =>
        gone
          ? withdrawn(`q${id}`, instead === undefined ? instead : `q${instead}`)
          : corrected(`q${id}`),
      );
    const list = fc.uniqueArray(notice, { selector: (n) => n.questionId, maxLength: 8 });
    fc.assert(
      fc.property(list, fc.nat(8), (notices, known) => {
        const answered = daily(...notices.slice(0, known)) ?? [];
        for (const id of now(notices, answered)) expect(answered).toContain(id);
      }),
    );
  });
});
