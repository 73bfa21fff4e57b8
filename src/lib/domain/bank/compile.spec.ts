import { describe, expect, it } from 'vitest';
import { compileBank } from './compile.ts';
import { readPack } from './pack.ts';
import { stationOf } from './stations.ts';
import { BankInvalid, type Problem } from './problem.ts';
import { sampleCampaign } from '../points/samples.ts';
import { sampleOffer } from '../voucher/samples.ts';

const campaign = { ...sampleCampaign, offer: sampleOffer };

const written = (n: number, change: object = {}) => ({
  id: `sample-${n}`,
  type: 'single',
  difficulty: 1,
  stem: `第${n}道样题问的是什么？`,
  options: ['甲', '乙', '丙'],
  answer: 'B',
  explanation: '这一句说明乙为什么对，这一句说明甲错在哪里。',
  sources: [{ report: 14, key: '预警劝阻' }],
  ...change,
});

function bank(change: object = {}, daily: object = {}, more: Record<number, object> = {}) {
  const changes: Record<number, object> = { ...more, 1: change };
  const questions = [1, 2, 3, 4, 5, 6].map((n) => written(n, changes[n]));
  return new Map<string, unknown>([
    [
      'keqiao/sample.yaml',
      { title: '样例', summary: '用来试题库的样例主题', position: 1, questions },
    ],
    ['campaign.yaml', campaign],
    ['daily.yaml', daily],
  ]);
}

const on = '2026-12-01';
const says = '原来的答案有误，法律另有规定。';

function problemsOf(files: Map<string, unknown>): readonly Problem[] {
  try {
    compileBank(files);
  } catch (error) {
    if (error instanceof BankInvalid) return error.problems;
    throw error;
  }
  return [];
}

describe('compiling the bank', () => {
  it('turns letters into indices and keeps neither keys nor facts for the phone', () => {
    const { pack } = compileBank(bank({ facts: ['SF054'], why: { A: '这是另一件事' } }));
    expect(pack.topics[0]?.questions[0]).toEqual({
      id: 'sample-1',
      type: 'single',
      difficulty: 1,
      stem: '第1道样题问的是什么？',
      options: ['甲', '乙', '丙'],
      answer: 1,
      explanation: '这一句说明乙为什么对，这一句说明甲错在哪里。',
      why: { 0: '这是另一件事' },
      sources: [{ report: 14 }],
    });
  });

  it.each([
    ['an answer without its option', { answer: 'F' }, '答案指向不存在的选项'],
    ['a number where text belongs', { options: ['1', 2, '3'] }, '选项必须是文字'],
    ['two options alike', { options: ['甲', '甲', '丙'] }, '有两个选项相同'],
    ['a field nobody knows', { hint: '提示' }, 'hint'],
    ['a stem that is too long', { stem: '长'.repeat(91) }, '题干超过90字'],
    ['an unknown type', { type: 'essay' }, '题型须为'],
    ['no source', { sources: [] }, '缺少依据'],
    ['a catch-all option', { options: ['甲', '乙', '以上都对'] }, '以上都对'],
    ['a substitute that does not exist', { withdrawn: { on, instead: 'nothing' } }, '不存在'],
    ['a correction that says nothing', { corrected: { on } }, 'says'],
    ['a correction that says little', { corrected: { on, says: '改了。' } }, '更正说明少于10字'],
    ['a correction nobody can read', { corrected: { on, says: 'the law changed' } }, '须写中文'],
    ['a withdrawal without its day', { withdrawn: { says } }, 'on'],
  ])('refuses %s, with file, question and reason', (_, change, reason) => {
    const problems = problemsOf(bank(change));
    expect(problems).toContainEqual(
      expect.objectContaining({
        file: 'keqiao/sample.yaml',
        question: 'sample-1',
        reason: expect.stringContaining(reason) as string,
      }),
    );
  });

  it('reads what people call articles beside the pack, and refuses what is no article or no name', () => {
    const withNames = (names: unknown) => new Map([...bank(), ['names.json', names] as const]);
    const names = { 民法典: { 1254: ['高空抛物'] } };
    const { pack, names: read } = compileBank(withNames(names));
    expect(read).toEqual(names);
    expect(JSON.stringify(pack)).not.toContain('高空抛物');
    for (const [wrong, reason] of [
      [{ 民法典: { 第九条: ['绿色原则'] } }, '条号须为'],
      [{ 民法典: { 9: [] } }, '至少写一个俗称'],
      [{ 民法典: { 9: ['绿'] } }, '俗称少于2字'],
    ] as const) {
      const [problem] = problemsOf(withNames(wrong));
      expect(problem).toMatchObject({ file: 'names.json' });
      expect(problem?.reason).toContain(reason);
    }
  });

  it('reports every problem at once', () => {
    expect(
      problemsOf(bank({ answer: 'F', id: 'sample-2' }, { '2026-02-30': [] })).length,
    ).toBeGreaterThan(2);
  });

  it('holds the calendar to existing questions, consecutive days and a fortnight of rest', () => {
    const five = ['sample-1', 'sample-2', 'sample-3', 'sample-4', 'sample-5'];
    const reasons = problemsOf(
      bank({}, { '2026-11-23': five, '2026-11-25': ['sample-1', 'sample-9', ...five.slice(1, 4)] }),
    ).map((p) => p.reason);
    expect(reasons).toContain('不是 2026-11-23 的次日');
    expect(reasons).toContain('没有题目 sample-9');
    expect(reasons).toContain('sample-1 在 2026-11-23 刚出过');
  });

  it('leaves a withdrawn question out of the pack and puts its substitute into the calendar', () => {
    const five = ['sample-1', 'sample-2', 'sample-3', 'sample-4', 'sample-5'];
    const withdrawn = { on, instead: 'sample-6' };
    const { pack } = compileBank(bank({ withdrawn }, { '2026-11-23': five }));
    expect(pack.topics[0]?.questions.map((q) => q.id)).not.toContain('sample-1');
    expect(pack.daily['2026-11-23']).toEqual(['sample-6', ...five.slice(1)]);
  });

  it('follows substitutes that were withdrawn themselves, and refuses what leads nowhere', () => {
    const five = ['sample-1', 'sample-3', 'sample-4', 'sample-5'];
    const chain = (last: object) =>
      bank(
        { withdrawn: { on, instead: 'sample-2' } },
        { '2026-11-23': [...five, 'sample-6'] },
        {
          2: { withdrawn: { on, ...last } },
        },
      );
    // Sample 2 is gone too; what stands for it stands for the first.
    const { pack, notices } = compileBank(chain({ instead: 'sample-6' }));
    expect(pack.daily['2026-11-23']).toEqual(['sample-6', ...five.slice(1)]);
    expect(notices.map(({ instead }) => instead)).toEqual(['sample-6', 'sample-6']);
    for (const last of [{}, { instead: 'sample-1' }]) {
      const reasons = problemsOf(chain(last)).map(({ reason }) => reason);
      expect(reasons).toContain('替代题 sample-2 自己也撤下了，又没有可用的替代题');
    }
  });

  it('marks a corrected question in the pack and tells of it in words; of a withdrawn one it tells as that', () => {
    const corrected = { on, says };
    const later = { on: '2026-12-05', instead: 'sample-6' };
    const { pack, notices } = compileBank(
      bank({ corrected }, {}, { 3: { corrected, withdrawn: later } }),
    );
    const marked = pack.topics[0]?.questions.filter((q) => q.corrected);
    expect(marked?.map((q) => [q.id, q.corrected])).toEqual([['sample-1', on]]);
    expect(notices).toEqual([
      { questionId: 'sample-1', kind: 'corrected', on, says },
      { questionId: 'sample-3', kind: 'withdrawn', ...later },
    ]);
  });
});

describe('the trail', () => {
  const own = [11, 12, 13, 14, 15].map((n) => `sample-${n}`);
  const station = {
    id: 'birth-gate',
    name: '初生门',
    book: '总则',
    at: [500, 1240],
    story: '这是一个样例故事。'.repeat(10),
    sources: [
      { law: '民法典', article: 13, key: '从出生时起' },
      { law: '民法典', article: 13, key: '到死亡时止' },
    ],
    questions: own,
  };
  const along = (stations: unknown[], questions: object[] = []) => {
    const general = {
      ...{ title: '总则', summary: '用来试游线的样例主题', position: 2 },
      questions: [11, 12, 13, 14, 15, 16, 17].map((n, i) => written(n, questions[i])),
    };
    return bank()
      .set('civil-code/general.yaml', general)
      .set('park.yaml', { title: '样例游线', note: '用来试游线的样例。', stations });
  };

  it('comes into the pack with its stations, each article named once', () => {
    const { pack } = compileBank(along([station]));
    expect(pack.trail).toEqual({ title: '样例游线', note: '用来试游线的样例。' });
    expect(pack.stations).toEqual([{ ...station, sources: [{ law: '民法典', article: 13 }] }]);
    expect(stationOf(pack, 'birth-gate')?.name).toBe('初生门');
    expect(stationOf(pack, 'another')).toBeUndefined();
  });

  it('is missing from a bank without it and from older packs, which stay readable', () => {
    const { pack } = compileBank(bank());
    expect(Object.keys(pack)).not.toContain('stations');
    expect(stationOf(readPack(JSON.stringify(pack)), 'birth-gate')).toBeUndefined();
  });

  it.each([
    ['a name that fits no board', { name: '门' }, '站名少于2字'],
    ['a book the Civil Code has not', { book: '刑法' }, '编名须为'],
    ['a place beside the map', { at: [500, 1401] }, '坐标不能大于1400'],
    ['a story that a board has no room for', { story: '长'.repeat(161) }, '故事超过160字'],
    ['no source', { sources: [] }, '缺少依据'],
    ['a source without its token', { sources: [{ law: '民法典', article: 13 }] }, '依据须为'],
    ['too few questions', { questions: own.slice(1) }, '至少5题'],
    ['a question twice', { questions: [...own, 'sample-11'] }, '有重复的题目'],
    ['a question that is not there', { questions: [...own, 'sample-99'] }, '没有题目 sample-99'],
    ['a question of another book', { questions: [...own, 'sample-2'] }, 'sample-2 属于“样例”'],
    ['a field nobody knows', { poem: '诗' }, 'poem'],
  ])('refuses %s, with file, station and reason', (_, change, reason) => {
    expect(problemsOf(along([{ ...station, ...change }]))).toContainEqual({
      file: 'park.yaml',
      question: 'birth-gate',
      reason: expect.stringContaining(reason) as string,
    });
  });

  it('has each station and each question once, and begins each station with a single choice', () => {
    const multiple = { type: 'multiple', answer: ['A', 'B'] };
    const again = { ...station, questions: [...own.slice(0, 4), 'sample-17'] };
    const reasons = problemsOf(along([station, again], [multiple])).map((p) => p.reason);
    expect(reasons).toContain('站点编号重复');
    expect(reasons).toContain('站名“初生门”重复');
    expect(reasons).toContain('sample-12 已用在站点 birth-gate');
    expect(reasons).toContain('第一题须为单选，sample-11 不是');
  });

  it('asks the substitute of a withdrawn question', () => {
    const withdrawn = { on: '2026-12-01', instead: 'sample-16' };
    const { pack } = compileBank(along([station], [{}, { withdrawn }]));
    expect(stationOf(pack, 'birth-gate')?.questions).toEqual(own.with(1, 'sample-16'));
  });

  it('says where a withdrawn question leaves a station with too few', () => {
    const alone = along([station], [{}, { withdrawn: { on: '2026-12-01' } }]);
    expect(problemsOf(alone).map((p) => p.reason)).toEqual(['在用的只有4题，至少要有5题']);
    const instead = { on: '2026-12-01', instead: 'sample-11' };
    const twice = along([station], [{}, { withdrawn: instead }]);
    expect(problemsOf(twice).map((p) => p.reason)).toEqual(['在用的只有4题，至少要有5题']);
  });
});
