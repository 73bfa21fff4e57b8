import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const COMPILED = resolve('node_modules/.cache/compiled');

export interface ServerOptions {
  buildDir?: string;
  /** Also for every later start, e.g. DATABASE_URL. */
  env?: Record<string, string>;
  /** Put before the command, e.g. to run it under a limit. */
  under?: readonly string[];
  dataDir?: string;
}

/** The real server, as its own process with its own data; can be stopped and started again on the same port. */
export class TestServer {
  readonly port: number;
  readonly dataDir: string;
  /** Everything that its processes have written so far. */
  said = '';
  readonly #env: Record<string, string>;
  readonly #under: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, { env = {}, under = [], dataDir }: ServerOptions) {
    this.port = port;
    this.dataDir = dataDir ?? mkdtempSync(join(tmpdir(), 'park-'));
    this.#env = env;
    this.#under = under;
  }

  static async start(options: ServerOptions = {}): Promise<TestServer> {
    const server = new TestServer(await freePort(), options);
    await server.up(options);
    return server;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get alive(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }

  async up({ buildDir = 'build' }: { buildDir?: string } = {}): Promise<void> {
    const [command = '', ...args] = [...this.#under, process.execPath, 'src/server.ts'];
    const child = spawn(command, args, {
      env: {
        ...process.env,
        PORT: String(this.port),
        HOST: '127.0.0.1',
        DATA_DIR: this.dataDir,
        BUILD_DIR: buildDir,
        // Started a hundred times in one run: Node keeps what it has compiled.
        NODE_COMPILE_CACHE: COMPILED,
        ...this.#env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    const from = this.said.length;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!this.said.includes(' is open: http', from)) return;
        child.stdout.off('data', look);
        resolve();
      };
      child.stdout.on('data', look);
      child.once('error', reject);
      child.once('close', (code) =>
        reject(new Error(`the server ended with ${code}: ${this.said.slice(from)}`)),
      );
    });
  }

  /** Ends the process; with SIGKILL as a crash would. @returns its exit code */
  async down(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    const child = this.#process;
    if (!child) return null;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
    return child.exitCode;
  }

  async remove(): Promise<void> {
    await this.down('SIGKILL');
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (!address || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
