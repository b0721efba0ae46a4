/** What every backing service is asked for: where its state lives, and where it listens (127.0.0.1). */
export type ServerOptions = Readonly<{
  dir: string;
  port: number;
  /** True: what was acknowledged survives a crash of the machine. False (tests): fast, and nothing is kept. */
  durable: boolean;
  logFile?: string;
}>;

export type RunningServer = Readonly<{
  /** How clients reach it. PostgreSQL: without a database name at the end. Kafka: `host:port`. */
  url: string;
  pid: number;
  /** Why it ended, if it has ended. */
  exited: () => string | undefined;
  /** Resolves when it has ended, for whatever reason. */
  done: Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL, as a crash would. */
  kill(): Promise<void>;
}>;
