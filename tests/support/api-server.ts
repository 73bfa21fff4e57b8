import { randomBytes } from 'node:crypto';
import { vi } from 'vitest';
import type { Store } from '../../src/lib/server/database/store.ts';
import { inOneMoment } from '../../src/lib/server/database/snapshot.ts';
import { audit, type Breach } from '../../src/lib/server/ledger/audit.ts';
import { openStore } from '../../src/lib/server/open-park.ts';
import { makeEnrolment } from '../../src/lib/server/voucher/terminal.ts';
import { apiCampaign, makeApiBuild, type ApiBuild } from './api-build.ts';
import { ADDRESS_HEADER, ApiClient, ApiPhone, ApiTill } from './api-client.ts';
import { TestServer } from './server.ts';

// Processes start here, on whatever machine.
vi.setConfig({ hookTimeout: 90_000, testTimeout: process.env.LONG ? 3_600_000 : 90_000 });

interface Options {
  databaseUrl?: string;
  env?: Record<string, string>;
  under?: readonly string[];
  dataDir?: string;
  /** False: addresses are those of the connections. */
  believeAddresses?: boolean;
}

/** The real server on a sample campaign of today, with phones and tills to ask it. */
export class ApiServer {
  readonly process: TestServer;
  readonly build: ApiBuild;
  readonly #databaseUrl: string | undefined;
  readonly #clients: ApiClient[] = [];

  private constructor(process: TestServer, build: ApiBuild, databaseUrl?: string) {
    this.process = process;
    this.build = build;
    this.#databaseUrl = databaseUrl;
  }

  static async start(options: Options = {}): Promise<ApiServer> {
    const { databaseUrl, env, believeAddresses = true, ...rest } = options;
    const build = makeApiBuild();
    const process = await TestServer.start({
      ...rest,
      buildDir: build.directory,
      env: {
        ...(databaseUrl && { DATABASE_URL: databaseUrl }),
        ...(believeAddresses && { ADDRESS_HEADER }),
        ...env,
      },
    });
    return new ApiServer(process, build, databaseUrl);
  }

  get port(): number {
    return this.process.port;
  }

  /** What the operator's commands need to find the same database. */
  get env(): Record<string, string> {
    return {
      DATA_DIR: this.process.dataDir,
      BUILD_DIR: this.build.directory,
      ...(this.#databaseUrl && { DATABASE_URL: this.#databaseUrl }),
    };
  }

  up(): Promise<void> {
    return this.process.up({ buildDir: this.build.directory });
  }

  client(options?: ConstructorParameters<typeof ApiClient>[1]): ApiClient {
    return this.#kept(new ApiClient(this.port, options));
  }

  phone(options?: { origin?: string; address?: string }): ApiPhone {
    const phone = new ApiPhone(this.port, this.build.packHash, options);
    this.#kept(phone.client);
    return phone;
  }

  /** A till of the shop, enrolled. */
  async till(shopId = 'east', options?: { origin?: string }): Promise<ApiTill> {
    const till = new ApiTill(this.port, options);
    this.#kept(till.client);
    await till.enrol(await this.enrolmentCode(shopId));
    return till;
  }

  enrolmentCode(shopId = 'east'): Promise<string> {
    return this.onStore((store) =>
      makeEnrolment({ store, clock: Date.now, random: randomBytes }, shopId),
    );
  }

  /** Works on the database beside the server, as the operator's commands do. */
  async onStore<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const store = openStore({
      dataDirectory: this.process.dataDir,
      ...(this.#databaseUrl && { databaseUrl: this.#databaseUrl }),
    });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  audit(): Promise<Breach[]> {
    return this.onStore((store) => inOneMoment(store, (tx) => audit(tx, apiCampaign)));
  }

  async remove(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.process.remove();
    this.build.remove();
  }

  #kept(client: ApiClient): ApiClient {
    this.#clients.push(client);
    return client;
  }
}
