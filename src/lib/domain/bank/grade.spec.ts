import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grade, rightResponse } from './grade.ts';
import { anyQuestion, anyResponse, question } from './samples.ts';

describe('grading', () => {
  it('accepts the right response of every type', () => {
    fc.assert(
      fc.property(anyQuestion, (q) => {
        expect(grade(q, rightResponse(q))).toEqual({ right: true, missed: [], wrong: [] });
      }),
    );
  });

  it('is total: any response to any question gets a verdict, the same one each time', () => {
    fc.assert(
      fc.property(anyQuestion, anyResponse, (q, response) => {
        const verdict = grade(q, response);
        expect(typeof verdict.right).toBe('boolean');
        expect(grade(q, response)).toEqual(verdict);
        if (q.type !== response.type) expect(verdict.right).toBe(false);
      }),
    );
  });

  it('names what was missed and what was too much in a multiple choice', () => {
    const q = question({ type: 'multiple', options: ['甲', '乙', '丙', '丁'], answer: [0, 2] });
    expect(grade(q, { type: 'multiple', options: [0, 3] })).toEqual({
      right: false,
      missed: [2],
      wrong: [3],
    });
  });

  it('counts a multiple choice right whatever the order of ticking', () => {
    const q = question({ type: 'multiple', options: ['甲', '乙', '丙', '丁'], answer: [0, 2] });
    expect(grade(q, { type: 'multiple', options: [2, 0, 2] }).right).toBe(true);
  });

  it.each([
    [58.5, true],
    [58.4, true],
    [58.6, true],
    [58.39, false],
    [57.8, false],
    [Number.NaN, false],
  ])('holds the number %d against its tolerance', (value, right) => {
    const q = question({ type: 'number', answer: { value: 58.5, unit: '%', tolerance: 0.1 } });
    expect(grade(q, { type: 'number', value }).right).toBe(right);
  });

  it('wants every place of an order and of a match right, and all of them', () => {
    const q = question({ type: 'order', options: ['一', '二', '三'] });
    expect(grade(q, { type: 'order', order: [0, 2, 1] }).wrong).toEqual([1, 2]);
    expect(grade(q, { type: 'order', order: [0, 1] }).right).toBe(false);
    expect(grade(q, { type: 'order', order: [0, 1, 2, 3] }).right).toBe(false);
  });
});
