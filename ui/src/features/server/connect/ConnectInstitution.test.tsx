import { mockIPC } from "@tauri-apps/api/mocks";
import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import type { ServerProbe } from "@/bindings/ServerProbe";
import { renderAs } from "../inRouter";
import { ConnectInstitution } from "./ConnectInstitution";

afterEach(() => {
  // first the components, which say goodbye to the program
  cleanup();
  Reflect.deleteProperty(window, "__TAURI_INTERNALS__");
});

const empty: ServerProbe = {
  address: "mongodb://db.example:27017",
  database: "students_enrollment_prod",
  environment: "production",
  tls: true,
  pingMs: 2,
  abilities: [{ ability: "text-index", present: false, consequence: "Nobody can search." }],
  holds: "nothing",
  institution: null,
  admins: 0,
  counts: [],
  pendingMigrations: 3,
  scope: "office",
  offending: [],
  offendingTotal: 0,
};
const URI = "mongodb+srv://desk:secret@db.example/";

it("puts a refusal at its field and keeps what was typed, forward and back", async () => {
  let refuse = true;
  const asked: [string, unknown][] = [];
  mockIPC(
    (command, payload) => {
      if (command.startsWith("plugin:") || command === "password_weigh") return null;
      asked.push([command, (payload as { args: unknown }).args]);
      if (command === "connect_probe") {
        if (refuse)
          return Promise.reject({ code: "bad-credentials", message: "The login was refused.", field: "uri" });
        return empty;
      }
      return Promise.reject({
        code: "taken",
        message: "Somebody has this address.",
        field: "create.adminEmail",
      });
    },
    { shouldMockEvents: true },
  );
  const user = userEvent.setup();
  await renderAs(null, <ConnectInstitution onBack={() => {}} />);

  const uri = () => screen.getByLabelText("Connection string", { selector: "input:not([type=radio])" });
  await user.type(uri(), URI);
  await user.click(screen.getByRole("button", { name: "Try the connection" }));
  expect(await screen.findByText("The login was refused.")).toBeInTheDocument();
  expect(uri()).toHaveValue(URI);

  refuse = false;
  await user.click(screen.getByRole("button", { name: "Try the connection" }));
  expect(await screen.findByRole("heading", { name: "An empty database" })).toBeInTheDocument();
  expect(screen.getByText("Nobody can search.")).toBeInTheDocument();
  await user.type(screen.getByLabelText("Name of the institution"), "Riverside");
  await user.type(screen.getByLabelText("Name"), "Ada");
  await user.type(screen.getByLabelText("E-mail"), "ada@x.org");
  await user.type(screen.getByLabelText("Password"), "Passw0rd1");
  await user.click(screen.getByRole("button", { name: "Create the institution" }));

  expect(await screen.findByText("Somebody has this address.")).toBeInTheDocument();
  expect(screen.getByLabelText("Name of the institution")).toHaveValue("Riverside");
  expect(asked.at(-1)).toMatchObject([
    "connect_institution",
    { migrate: true, scope: "office", create: { institution: "Riverside", adminEmail: "ada@x.org" } },
  ]);

  await user.click(screen.getByRole("button", { name: "Another address" }));
  expect(uri()).toHaveValue(URI);
  await user.click(screen.getByRole("button", { name: "Try the connection" }));
  await waitFor(() => expect(screen.getByLabelText("Name of the institution")).toHaveValue("Riverside"));
}, 20_000);

it.each(["mongodb://db.example/", "mongodb+srv://db.example/"])(
  "shows what is wrong with the encryption of %s, which has no switch of its own here",
  async (address) => {
    mockIPC(
      (command) =>
        command === "connect_probe"
          ? Promise.reject({ code: "invalid", message: "It is not encrypted.", field: "tls" })
          : null,
      { shouldMockEvents: true },
    );
    const user = userEvent.setup();
    await renderAs(null, <ConnectInstitution onBack={() => {}} />);
    await user.type(
      screen.getByLabelText("Connection string", { selector: "input:not([type=radio])" }),
      address,
    );
    await user.click(screen.getByRole("button", { name: "Try the connection" }));
    expect(await screen.findByText("It is not encrypted.")).toBeInTheDocument();
  },
);
