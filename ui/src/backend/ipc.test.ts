import { mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, describe, expect, it } from "vitest";
import { BackendError } from "./error";
import { call } from "./ipc";

afterEach(() => {
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

describe("call", () => {
  it("says so when there is no program behind the page", async () => {
    await expect(call("session_current")).rejects.toMatchObject({ name: "BackendError", code: "no-backend" });
  });

  it("hands over the answer", async () => {
    mockIPC((cmd) => (cmd === "session_current" ? { state: "noWorkspace" } : null));
    await expect(call("session_current")).resolves.toEqual({ state: "noWorkspace" });
  });

  it("turns a refusal into a BackendError with its field", async () => {
    mockIPC(() => Promise.reject({ code: "email-taken", message: "Somebody has it.", field: "email" }));
    await expect(call("session_current")).rejects.toMatchObject({
      code: "email-taken",
      message: "Somebody has it.",
      field: "email",
    });
  });
});

describe("BackendError.from", () => {
  it("keeps the text of anything thrown", () => {
    expect(BackendError.from("boom").message).toBe("boom");
    expect(BackendError.from(new Error("why")).message).toBe("why");
    expect(BackendError.from({ odd: 1 }).message).toContain("odd");
    expect(BackendError.from(undefined).code).toBe("unexpected");
  });
});
