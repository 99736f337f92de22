import { type Sentence, say } from "@/i18n/spoken";

/** The code of what the window says itself, in the language it speaks. */
const OWN_WORDS = "own-words";

/** The one error the window knows. Branch on `code`, show `message`, stand at `field`. */
export class BackendError extends Error {
  readonly code: string;
  /** The field of the command's input the refusal concerns, as the backend names it (camelCase path). */
  readonly field: string | undefined;
  /** What the window itself says of it, instead of the program's `message`. */
  words: Sentence | undefined;

  constructor({
    code,
    message,
    field,
  }: { code: string; message: string; field?: string | null | undefined }) {
    super(message);
    this.name = "BackendError";
    this.code = code;
    this.field = field ?? undefined;
  }

  /** A failure the window itself met, in its own words. */
  static own(words: Sentence): BackendError {
    const error = new BackendError({ code: OWN_WORDS, message: say(words) });
    error.words = words;
    return error;
  }

  /** Whatever was thrown, as a `BackendError`; nothing is lost: an unknown value keeps its text. */
  static from(thrown: unknown): BackendError {
    if (thrown instanceof BackendError) return thrown;
    if (typeof thrown === "object" && thrown !== null) {
      const { code, message, field } = thrown as Record<string, unknown>;
      if (typeof code === "string" && typeof message === "string") {
        return new BackendError({ code, message, field: typeof field === "string" ? field : undefined });
      }
      if (thrown instanceof Error) return new BackendError({ code: "unexpected", message: thrown.message });
    }
    return new BackendError({
      code: "unexpected",
      message: typeof thrown === "string" ? thrown : (JSON.stringify(thrown) ?? String(thrown)),
    });
  }
}
