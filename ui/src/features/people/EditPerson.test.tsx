import { useNavigate, useSearch } from "@tanstack/react-router";
import { mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import type { PersonDetail } from "@/bindings/PersonDetail";
import { renderAs } from "@/features/server/inRouter";
import { PersonPanel } from "./PersonPanel";
import { NO_PROFILE } from "./ProfileFields";

// typed key by key, on machines that do more than this
vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

const ada = {
  id: "65f0a1b2c3d4e5f6a7b8c9d0",
  rev: 3,
  name: "Ada Lovelace",
  email: "ada@northgate.example",
  role: "student",
  status: "active",
  emailVerified: true,
  profile: { ...NO_PROFILE, city: "London" },
  preferences: { timezone: "UTC" },
} as PersonDetail;

/** A person kept as the backend keeps them: guarded by their revision. */
function backend() {
  let person = ada;
  const sent: { rev: number; name: string; email: string; profile: { city: string | null } }[] = [];
  mockIPC(
    (command, payload) => {
      if (command === "person") return person;
      if (command === "person_update") {
        const { args } = payload as { args: (typeof sent)[number] };
        sent.push(args);
        if (args.rev !== person.rev) throw { code: "stale", message: "Somebody was faster.", field: null };
        person = { ...person, ...args, profile: { ...person.profile, ...args.profile }, rev: person.rev + 1 };
        return person;
      }
      return command.startsWith("plugin:")
        ? null
        : Promise.reject({ code: "unexpected", message: `${command} was not expected` });
    },
    { shouldMockEvents: true },
  );
  const elsewhere = (change: Partial<PersonDetail>) => {
    person = { ...person, ...change, rev: person.rev + 1 };
  };
  return { sent, elsewhere, now: () => person };
}

function People() {
  const navigate = useNavigate();
  const { open } = useSearch({ strict: false }) as { open?: string };
  const go = (next: string | undefined) => void navigate({ to: "/", search: { open: next } as never });
  return (
    <>
      <button type="button" onClick={() => go(ada.id)}>
        Row of Ada
      </button>
      <button type="button" onClick={() => go("other")}>
        Row of Grace
      </button>
      {open === ada.id && <PersonPanel id={ada.id} onClose={() => go(undefined)} />}
    </>
  );
}

async function editing() {
  const user = userEvent.setup();
  await renderAs("admin", <People />);
  await user.click(screen.getByRole("button", { name: "Row of Ada" }));
  await user.click(await screen.findByRole("button", { name: "Edit" }));
  const name = await screen.findByLabelText("Name");
  return { user, name };
}

it("does not write over what another desktop saved meanwhile", async () => {
  const { sent, elsewhere, now } = backend();
  const { user, name } = await editing();
  await user.type(name, "!");
  await user.clear(screen.getByLabelText("City"));
  await user.type(screen.getByLabelText("City"), "Paris");
  elsewhere({ email: "lovelace@northgate.example", profile: { ...ada.profile, city: "Rome" } });
  await user.click(screen.getByRole("button", { name: "Save changes" }));

  const said = await screen.findByRole("alert");
  expect(said).toHaveTextContent("Changed by them and taken over: E-mail.");
  expect(said).toHaveTextContent("Changed by both of you: City.");
  expect(screen.getByLabelText("City")).toHaveValue("Paris");
  expect(screen.getByLabelText("E-mail")).toHaveValue("lovelace@northgate.example");
  await user.click(screen.getByRole("button", { name: "Save changes" }));
  await waitFor(() => expect(sent).toHaveLength(2));
  expect(now()).toMatchObject({
    name: "Ada Lovelace!",
    email: "lovelace@northgate.example",
    profile: { city: "Paris" },
  });
});

it("saves at once when the other desktop only counted a sign-in", async () => {
  const { elsewhere, now } = backend();
  const { user, name } = await editing();
  await user.type(name, "!");
  elsewhere({ lastLoginAt: "2026-02-01T00:00:00Z" });
  await user.click(screen.getByRole("button", { name: "Save changes" }));
  await waitFor(() => expect(now().name).toBe("Ada Lovelace!"));
});

it("leaves the text at the first Escape, and asks before it gives up what was typed", async () => {
  backend();
  const { user, name } = await editing();
  await user.type(name, "!");
  await user.keyboard("{Escape}");
  expect(name).toHaveValue("Ada Lovelace!");
  expect(name).not.toHaveFocus();
  await user.keyboard("{Escape}");
  const question = await screen.findByRole("dialog", { name: "Close Ada Lovelace without saving?" });
  await user.click(within(question).getByRole("button", { name: "Cancel" }));
  expect(name).toHaveValue("Ada Lovelace!");

  await user.click(screen.getByRole("button", { name: "Row of Grace" }));
  const again = await screen.findByRole("dialog", { name: "Close Ada Lovelace without saving?" });
  await user.click(within(again).getByRole("button", { name: "Close without saving" }));
  await waitFor(() => expect(name).not.toBeInTheDocument());
});

it("closes without a question where nothing was typed", async () => {
  backend();
  const { user, name } = await editing();
  await user.keyboard("{Escape}{Escape}");
  await waitFor(() => expect(name).not.toBeInTheDocument());
});
