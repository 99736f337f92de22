/** What Ctrl+K finds in the workspace and lets one do, by role. */
import i18next from "i18next";
import { searchOnce } from "@/backend/queries/system";
import type { Collection } from "@/bindings/Collection";
import type { Role } from "@/bindings/Role";
import type { SearchHit } from "@/bindings/SearchHit";
import type { PaletteItem, PaletteSource } from "@/design";

/** The words come with the first question; the palette itself is there before any page is. */
async function words(): Promise<void> {
  await i18next.loadNamespaces(["system", "design", "frame"]);
}

const say = (key: string): string => i18next.t(key as never, { ns: "system" });

/** A stored word of a subtitle (`published`, `student`) in the reader's language; other text as it is. */
function spoken(hit: SearchHit): string {
  if (hit.collection === "courses") {
    const key = `status.course.${hit.subtitle}`;
    return i18next.exists(key, { ns: "design" }) ? i18next.t(key as never, { ns: "design" }) : hit.subtitle;
  }
  if (hit.collection === "users") {
    const at = hit.subtitle.lastIndexOf(" · ");
    const key = `role.${hit.subtitle.slice(at + 3)}`;
    return at > 0 && i18next.exists(key, { ns: "frame" })
      ? `${hit.subtitle.slice(0, at)} · ${i18next.t(key as never, { ns: "frame" })}`
      : hit.subtitle;
  }
  return hit.subtitle;
}

function found(
  collection: Collection,
  roles: readonly Role[],
  to: (id: string) => string,
  id: string = collection,
): PaletteSource {
  return {
    id: `found-${id}`,
    label: () => say(`palette.${collection}`),
    roles,
    search: async (text) => {
      const [hits] = await Promise.all([searchOnce(text), words()]);
      return hits
        .filter((hit) => hit.collection === collection)
        .slice(0, 6)
        .map((hit) => ({ id: hit.id, label: hit.title, detail: spoken(hit), to: to(hit.id) }));
    },
  };
}

const ALL: readonly Role[] = ["admin", "instructor", "finance", "student"];

interface Deed {
  id: string;
  roles: readonly Role[];
  to: string;
}

const DEEDS: readonly Deed[] = [
  { id: "newPerson", roles: ["admin"], to: "/people/new" },
  { id: "newCourse", roles: ["admin", "instructor"], to: "/courses/new" },
  { id: "enroll", roles: ["admin"], to: "/enrollments/new" },
  {
    id: "recordPayment",
    roles: ["admin", "finance"],
    to: "/payments?status=%5B%22pending%22%2C%22processing%22%5D",
  },
  { id: "importPeople", roles: ["admin"], to: "/import/people" },
  { id: "importCourses", roles: ["admin"], to: "/import/courses" },
  { id: "syncCentre", roles: ALL, to: "/system/sync" },
  { id: "server", roles: ["admin"], to: "/system/server" },
  { id: "devices", roles: ["admin"], to: "/system/devices" },
  { id: "verify", roles: ["admin"], to: "/system/verification?run=true" },
  { id: "checkCertificate", roles: ALL, to: "/verify" },
];

/** One source a role: the palette tells its sources apart by role, not its items. */
const deeds = ALL.map(
  (role): PaletteSource => ({
    id: `deeds-${role}`,
    label: () => say("palette.do"),
    roles: [role],
    search: async (text): Promise<PaletteItem[]> => {
      await words();
      return DEEDS.filter((deed) => deed.roles.includes(role))
        .map((deed) => ({ id: deed.id, label: say(`palette.${deed.id}`), to: deed.to }))
        .filter((item) => item.label.toLowerCase().includes(text.toLowerCase()));
    },
  }),
);

export const paletteSources: PaletteSource[] = [
  found("users", ["admin"], (id) => `/people?open=${id}`),
  found("courses", ALL, (id) => `/courses/${id}`),
  found("enrollments", ["admin", "instructor", "finance"], (id) => `/enrollments/${id}`),
  found("enrollments", ["student"], (id) => `/learn/${id}`, "learning"),
  found("payments", ["admin", "finance"], (id) => `/payments/${id}`),
  ...deeds,
];
