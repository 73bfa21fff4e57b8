import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { freePort } from '../../support/server.ts';

/** The real server on a database of its own, with an address header so that one client can stand for many phones. */
export class BenchServer {
  readonly url: string;
  readonly #port: number;
  readonly #env: Record<string, string | undefined>;
  #process: ChildProcess | undefined;

  private constructor(port: number, env: Record<string, string | undefined>) {
    this.#port = port;
    this.url = `http://localhost:${port}`;
    this.#env = env;
  }

  static async make(options: {
    buildDir: string;
    dataDir: string;
    databaseUrl?: string;
  }): Promise<BenchServer> {
    const port = await freePort();
    return new BenchServer(port, {
      ...process.env,
      PORT: String(port),
      HOST: '127.0.0.1',
      BUILD_DIR: options.buildDir,
      DATA_DIR: options.dataDir,
      DATABASE_URL: options.databaseUrl ?? '',
      ADDRESS_HEADER: 'x-client',
    });
  }

  async up(): Promise<void> {
    const child = spawn(process.execPath, ['src/server.ts'], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
      child.stdout.on('data', (said: Buffer) => {
        if (said.toString().includes(`:${this.#port}`)) resolve();
      });
    });
  }

  /** Resident memory, MB. */
  memory(): number {
    const status = readFileSync(`/proc/${this.#process?.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  async down(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}
