import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { caFolder } from '../../src/proxy/ca-folder.ts';

describe('the folder of the certificate authority', () => {
  const of = (env: Record<string, string>, option?: string, platform: NodeJS.Platform = 'linux'): string =>
    caFolder({ cwd: '/work', env }, option, platform);

  test("is the option's, then the environment's, from the folder one works in", () => {
    expect(of({ RETAKE_CA_DIR: '/from/env' }, 'here')).toBe(path.resolve('/work/here'));
    expect(of({ RETAKE_CA_DIR: '../up' })).toBe(path.resolve('/up'));
  });

  test('is one per user otherwise', () => {
    expect(of({ HOME: '/home/ada', RETAKE_CA_DIR: '' })).toBe('/home/ada/.config/retake');
    expect(of({ HOME: '/home/ada', XDG_CONFIG_HOME: '/config' })).toBe('/config/retake');
    expect(of({ HOME: '/home/ada', XDG_CONFIG_HOME: 'relative' })).toBe('/home/ada/.config/retake');
    expect(of({ LOCALAPPDATA: '/local' }, undefined, 'win32')).toBe(path.join('/local', 'retake'));
  });
});
