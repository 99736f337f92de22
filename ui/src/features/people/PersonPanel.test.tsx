import { Notifications } from "@mantine/notifications";
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
  // first the components, which say goodbye to the program
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

const ada: PersonDetail = {
  id: "65f0a1b2c3d4e5f6a7b8c9d0",
  rev: 3,
  name: "Ada Lovelace",
  email: "ada@northgate.example",
  role: "finance",
  status: "active",
  emailVerified: true,
  pending: false,
  hasPassword: true,
  secondFactor: true,
  loginAttempts: 0,
  lockedUntil: null,
  lastLoginAt: null,
  profile: NO_PROFILE,
  preferences: {
    emailNotifications: true,
    smsNotifications: false,
    marketingEmails: false,
    language: "en",
    timezone: "UTC",
  },
  enrollments: 0,
  coursesTaught: 0,
  createdAt: "2026-01-05T09:00:00Z",
  updatedAt: "2026-01-05T09:00:00Z",
  isSelf: false,
  erased: false,
};

const file = (ending: string) => ({
  path: `/downloads/Personal data of Ada Lovelace.${ending}`,
  name: `Personal data of Ada Lovelace.${ending}`,
  bytes: 1,
  rows: null,
});

function backend(person: PersonDetail) {
  const removed: unknown[] = [];
  mockIPC(
    (command, payload) => {
      if (command === "person") return person;
      if (command === "person_second_factor_remove") {
        removed.push((payload as { args: unknown }).args);
        return { ...person, rev: person.rev + 1, secondFactor: false };
      }
      if (command === "personal_data_save") return { json: file("json"), pdf: file("pdf") };
      return command.startsWith("plugin:")
        ? null
        : Promise.reject({ code: "unexpected", message: `${command} was not expected` });
    },
    { shouldMockEvents: true },
  );
  return removed;
}

const open = async (user: ReturnType<typeof userEvent.setup>) =>
  user.click(await screen.findByRole("button", { name: "More actions" }));

it("takes the second factor of somebody else away, after asking once", async () => {
  const removed = backend(ada);
  const user = userEvent.setup();
  await renderAs("admin", <PersonPanel id={ada.id} onClose={() => {}} />);
  await user.click(await screen.findByRole("tab", { name: "Security" }));
  expect(screen.getByText("Two-factor sign-in").nextElementSibling).toHaveTextContent("On");

  await open(user);
  await user.click(await screen.findByRole("menuitem", { name: "Take second factor away" }));
  const question = await screen.findByRole("dialog", {
    name: "Take the second factor of Ada Lovelace away?",
  });
  expect(removed).toEqual([]);
  await user.click(within(question).getByRole("button", { name: "Take second factor away" }));
  await waitFor(() => expect(removed).toEqual([{ id: ada.id }]));
  await waitFor(() =>
    expect(screen.getByText("Two-factor sign-in").nextElementSibling).toHaveTextContent("Off"),
  );
});

it("does not offer it for one's own account, nor where there is none", async () => {
  for (const person of [
    { ...ada, isSelf: true },
    { ...ada, secondFactor: false },
  ]) {
    backend(person);
    const user = userEvent.setup();
    await renderAs("admin", <PersonPanel id={ada.id} onClose={() => {}} />);
    await open(user);
    expect(await screen.findByRole("menuitem", { name: "Set a password" })).toBeInTheDocument();
    expect(screen.queryByRole("menuitem", { name: "Take second factor away" })).not.toBeInTheDocument();
    cleanup();
  }
});

it("leads a student to enrolling, and names the next step of somebody who waits", async () => {
  backend({ ...ada, role: "student" });
  await renderAs("admin", <PersonPanel id={ada.id} onClose={() => {}} />);
  const enroll = await screen.findByRole("link", { name: "Enroll" });
  expect(enroll).toHaveAttribute("href", expect.stringContaining(`/enrollments/new?user=${ada.id}`));
  cleanup();
  backend({ ...ada, role: "student", pending: true });
  await renderAs("admin", <PersonPanel id={ada.id} onClose={() => {}} />);
  expect(await screen.findByRole("button", { name: "Admit" })).toBeInTheDocument();
  expect(screen.queryByRole("link", { name: "Enroll" })).not.toBeInTheDocument();
});

it("offers nothing to do about somebody who was erased, and shows what stays", async () => {
  backend({ ...ada, name: "Erased person", status: "inactive", hasPassword: false, erased: true });
  await renderAs("admin", <PersonPanel id={ada.id} onClose={() => {}} />);
  expect(await screen.findByRole("heading", { name: "Erased person" })).toBeInTheDocument();
  expect(screen.getAllByRole("tab").map((tab) => tab.textContent)).toEqual([
    "Enrollments",
    "Payments",
    "History",
  ]);
  expect(screen.queryByRole("button", { name: "More actions" })).not.toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Edit" })).not.toBeInTheDocument();
});

it("says where both files of personal data are", async () => {
  backend(ada);
  const user = userEvent.setup();
  await renderAs(
    "admin",
    <>
      <Notifications />
      <PersonPanel id={ada.id} onClose={() => {}} />
    </>,
  );
  await open(user);
  await user.click(await screen.findByRole("menuitem", { name: "Save personal data" }));
  for (const ending of ["json", "pdf"]) {
    const said = await screen.findByText(`Saved to ${file(ending).path}`);
    expect(said.closest("[role=status]")).toBeInTheDocument();
  }
});
