import { mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, describe, expect, it } from "vitest";
import { BackendError } from "./error";
import { call } from "./ipc";

afterEach(() => {
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

describe("call", () => {
  it("says so when there is no program behind the page", async () => {
    await expect(call("workspace_status")).rejects.toMatchObject({
      name: "BackendError",
      code: "no-backend",
    });
  });

  it("asks by name with its arguments and hands over the answer", async () => {
    mockIPC((cmd, payload) => ({ cmd, payload }));
    await expect(call("workspace_status")).resolves.toEqual({
      cmd: "workspace_status",
      payload: { args: {} },
    });
  });

  it("hands over the arguments", async () => {
    mockIPC((_, payload) => payload);
    await expect(call("person", { id: "abc" })).resolves.toEqual({ args: { id: "abc" } });
  });

  it("turns a refusal into a BackendError with its field", async () => {
    mockIPC(() => Promise.reject({ code: "email-taken", message: "Somebody has it.", field: "email" }));
    await expect(call("workspace_status")).rejects.toMatchObject({
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
