import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import i18next from "i18next";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createQueryClient } from "@/backend/queries/client";
import { STATUS_KEY } from "@/backend/queries/session";
import { preferences, setPreferences, sitDown } from "@/design/preferences";
import { formatDateTime, setTimeZone } from "@/design/time";
import { When } from "@/design/When";
import { switchLanguage } from "@/i18n";
import { followSitting } from "./sitting";

const AT = "2026-03-03T23:30:00Z";

function desk() {
  const client = createQueryClient();
  followSitting(client);
  return (session: { user: string; language: string; timezone: string } | null) =>
    act(() => client.setQueryData(STATUS_KEY, { session }));
}
const ada = { user: "ada", language: "de-AT", timezone: "Asia/Dhaka" };

beforeEach(() => {
  localStorage.clear();
  sitDown(null);
  setPreferences({ language: "en" });
});
afterEach(async () => {
  cleanup();
  setTimeZone(null);
  sitDown(null);
  await switchLanguage("en");
});

describe("the time zone of the profile", () => {
  it("is that of every moment on the screen, also when it changes under it", () => {
    const sit = desk();
    sit(ada);
    render(<When at={AT} format="exact" />);
    expect(screen.getByText("4 Mar 2026, 05:30")).toBeInTheDocument();
    sit({ ...ada, timezone: "America/New_York" });
    expect(screen.getByText("3 Mar 2026, 18:30")).toBeInTheDocument();
    expect(formatDateTime(new Date(AT), "en")).toBe("3 Mar 2026, 18:30");
  });

  it("leaves days of the calendar alone", () => {
    desk()({ ...ada, timezone: "America/New_York" });
    render(<When at="1990-12-10" format="date" />);
    expect(screen.getByText("10 Dec 1990")).toBeInTheDocument();
  });

  it("that nobody knows is as good as none", () => {
    const sit = desk();
    const own = formatDateTime(new Date(AT), "en");
    sit({ ...ada, timezone: "Nowhere/At-All" });
    expect(formatDateTime(new Date(AT), "en")).toBe(own);
  });
});

describe("the language of the profile", () => {
  it("is taken at sign-in by who has chosen none here, and left behind at sign-out", async () => {
    const sit = desk();
    sit(ada);
    await waitFor(() => expect(i18next.language).toBe("de"));
    sit(null);
    await waitFor(() => expect(i18next.language).toBe("en"));
    expect(preferences().language).toBe("en");
  });

  it("does not undo what the person chose on this computer", () => {
    const sit = desk();
    sit(ada);
    setPreferences({ language: "en" });
    sit(null);
    sit(ada);
    expect(preferences().language).toBe("en");
    // and what one chose is not what another gets
    sit({ ...ada, user: "grace" });
    expect(preferences().language).toBe("de");
  });

  it("is followed when it changes in the profile, until another is chosen", () => {
    const sit = desk();
    sit({ ...ada, language: "en" });
    expect(preferences().language).toBe("en");
    sit(ada);
    expect(preferences().language).toBe("de");
  });

  it("that the window does not speak changes nothing", () => {
    const sit = desk();
    sit({ ...ada, language: "bn" });
    expect(preferences().language).toBe("en");
  });

  it("is not kept as the computer's by another preference", () => {
    const sit = desk();
    sit(ada);
    setPreferences({ railFolded: true });
    expect(JSON.parse(localStorage.getItem("matricula.preferences") ?? "{}").language).toBe("en");
    setPreferences({ railFolded: false });
  });
});
