import { describe, expect, it, onTestFinished } from 'vitest';
import { DemoStage } from '../../src/cli/demo-stage.ts';
import { tempFolder } from '../support/temp-folder.ts';

function openStage(): { stage: DemoStage; printed: () => string } {
  let text = '';
  const stage = new DemoStage({
    folder: tempFolder(),
    env: process.env,
    paint: (style, plain) => `<${String(style)}>${plain}</>`,
    print: async (more) => void (text += more),
  });
  onTestFinished(() => stage.clear());
  return { stage, printed: () => text };
}

describe('DemoStage', () => {
  it('numbers its steps and shows commands as a person types them', async () => {
    const { stage, printed } = openStage();
    await stage.step('First');
    await stage.command('retake ls');
    await stage.step('Second');
    expect(printed()).toBe(
      '\n  <bold,cyan>1</>  <bold>First</>\n     <dim>$</> <cyan>retake ls</>\n\n  <bold,cyan>2</>  <bold>Second</>\n',
    );
  });

  it('has failed once a check has, and says what was expected and what happened', async () => {
    const { stage, printed } = openStage();
    await stage.check({ claim: 'all is well', holds: true, otherwise: 'unused' });
    expect(stage.hasFailed).toBe(false);
    await stage.check({ claim: 'all is well', holds: false, otherwise: 'the server\nfell over' });
    await stage.check({ claim: 'later things are fine', holds: true, otherwise: '' });
    expect(stage.hasFailed).toBe(true);
    expect(printed()).toContain(
      '<red>✗ expected:</> all is well\n     <dim>  the server</>\n     <dim>  fell over</>\n',
    );
  });

  it('runs the shop and sends the customer to it, and stops it when cleared', async () => {
    const { stage } = openStage();
    const shop = await stage.startShop(1);
    const visit = await stage.visit(shop.url, 'visit');
    expect(visit.answers).toHaveLength(23);
    expect(visit.answers[5]?.body.subarray(1, 4).toString()).toBe('PNG');
    expect(visit.lines).toHaveLength(6);
    await stage.clear();
    await expect(stage.visit(shop.url, 'late')).rejects.toThrow('fetch failed');
  });
});
