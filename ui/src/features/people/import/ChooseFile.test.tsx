import { Notifications, notifications } from "@mantine/notifications";
import { cleanup, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it } from "vitest";
import { renderAs } from "@/features/server/inRouter";
import { switchLanguage } from "@/i18n";
import { ChooseFile } from "./ChooseFile";
import { LARGEST } from "./file";

afterEach(async () => {
  notifications.clean();
  cleanup();
  await switchLanguage("en");
});

it("says in German which file is too large", async () => {
  await switchLanguage("de");
  const user = userEvent.setup();
  await renderAs(
    "admin",
    <>
      <Notifications />
      <ChooseFile file={null} inspection={null} pending={false} error={null} onChoose={() => {}} />
    </>,
  );
  const large = new File(["a"], "alle.csv", { type: "text/csv" });
  Object.defineProperty(large, "size", { value: LARGEST + 1 });
  await user.upload(screen.getByLabelText("Datei wählen", { selector: "input" }), large);
  const said = await screen.findByRole("alert");
  expect(said).toHaveTextContent("alle.csv");
  expect(said).not.toHaveTextContent("Etwas Unerwartetes");
});
