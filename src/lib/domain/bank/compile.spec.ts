import { describe, expect, it } from 'vitest';
import { BankInvalid, compileBank, type Problem } from './compile.ts';
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

function bank(change: object = {}, daily: object = {}) {
  const questions = [written(1, change), ...[2, 3, 4, 5, 6].map((n) => written(n))];
  return new Map<string, unknown>([
    [
      'keqiao/sample.yaml',
      { title: '样例', summary: '用来试题库的样例主题', position: 1, questions },
    ],
    ['campaign.yaml', campaign],
    ['daily.yaml', daily],
  ]);
}

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
    const withNames = (names: unknown) => new Map([...bank(), ['names.yaml', names] as const]);
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
      expect(problem).toMatchObject({ file: 'names.yaml' });
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
    const withdrawn = { on: '2026-12-01', instead: 'sample-6' };
    const { pack } = compileBank(bank({ withdrawn }, { '2026-11-23': five }));
    expect(pack.topics[0]?.questions.map((q) => q.id)).not.toContain('sample-1');
    expect(pack.daily['2026-11-23']).toEqual(['sample-6', ...five.slice(1)]);
  });
});
