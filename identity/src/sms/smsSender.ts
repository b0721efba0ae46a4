/** A text message to a telephone. */
export type SmsMessage = Readonly<{
  /** In international form (E.164), such as +12025550142. */
  to: string;
  text: string;
}>;

/**
 * Whoever carries text messages. The port that a real provider is connected to: one function, made in service.ts by
 * `SMS_PROVIDER`. It resolves when the provider has taken the message, and throws when it has not; a message that is
 * asked for once is sent once or not at all, so it repeats nothing by itself.
 */
export type SmsSender = (message: SmsMessage, signal: AbortSignal) => Promise<void>;

/**
 * Carries nothing: writes each message to the log, and says so. For trying things out only, since whoever reads the log
 * reads the codes.
 */
export const createSandboxSms =
  (log: Readonly<{ warn: (details: object, message: string) => void }>): SmsSender =>
  async ({ to, text }) =>
    log.warn({ provider: 'sandbox', to, text }, 'a text message that the sandbox provider does not send');
