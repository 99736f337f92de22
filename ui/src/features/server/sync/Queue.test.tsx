import { mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import type { QueueRow } from "@/bindings/QueueRow";
import { renderAs } from "../inRouter";
import { Queue } from "./Queue";

afterEach(() => {
  // first the components, which say goodbye to the program
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

const row: QueueRow = {
  op: "op-1",
  state: "failed",
  at: "2026-03-01T10:00:00Z",
  actor: "Ada",
  verb: "course.updated",
  detail: { title: "Ink", fields: ["title"] },
  subjects: [{ collection: "courses", id: "c1", label: "Ink" }],
  attempts: 1,
  nextAt: null,
  reason: { code: "too-long", message: "At most 200 characters.", field: "title" },
  money: false,
};

it("tells what failed and why, and discards only with a reason", async () => {
  const asked: [string, unknown][] = [];
  mockIPC((command, payload) => {
    asked.push([command, (payload as { args: unknown }).args]);
    return { status: { state: "online" }, queue: [], conflicts: [], collections: [], unreadable: [] };
  });
  const user = userEvent.setup();
  await renderAs("instructor", <Queue rows={[row]} />);
  const article = screen.getByRole("article", { name: "The course was changed: title." });
  expect(article).toHaveTextContent("title: At most 200 characters.");
  expect(within(article).getByRole("link", { name: "Ink" })).toBeInTheDocument();

  await user.click(within(article).getByRole("button", { name: "Discard" }));
  const dialog = await screen.findByRole("dialog");
  expect(dialog).toHaveTextContent("The course was changed: title.");
  await user.click(within(dialog).getByRole("button", { name: "Discard change" }));
  expect(await within(dialog).findByText("Say why: it stays on record.")).toBeInTheDocument();
  expect(asked).toEqual([]);

  await user.type(within(dialog).getByLabelText("Why?"), "written by mistake");
  await user.click(within(dialog).getByRole("button", { name: "Discard change" }));
  await waitFor(() =>
    expect(asked).toContainEqual(["queue_discard", { op: "op-1", reason: "written by mistake" }]),
  );
});
