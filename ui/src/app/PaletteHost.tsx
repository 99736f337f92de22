/**
 * What Ctrl+K offers everywhere: the pages of the role, the switches of the window, and whatever the areas
 * bring along. An area brings its own by exporting `paletteSources: PaletteSource[]` from
 * `features/<area>/palette.ts`.
 */
import { useMantineColorScheme } from "@mantine/core";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLeaveSession } from "@/backend/queries/session";
import type { SessionDto } from "@/bindings/SessionDto";
import { Palette, type PaletteItem, type PaletteSource } from "@/design/Palette";
import { setPreferences, usePreferences } from "@/design/preferences";
import { toast } from "@/design/toast";
import { LANGUAGES, type Language } from "@/i18n";
import { RAIL_ENTRIES, railFor } from "./rail";

const brought = Object.values(
  import.meta.glob<{ paletteSources: PaletteSource[] }>("../features/*/palette.ts", { eager: true }),
).flatMap((area) => area.paletteSources);

export function PaletteHost({ user }: { user: SessionDto }) {
  const { t } = useTranslation("frame");
  const navigate = useNavigate();
  const router = useRouter();
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const { language } = usePreferences();
  const { mutate: lock } = useLeaveSession("lock");
  const { mutate: signOut } = useLeaveSession("sign_out");

  const sources = useMemo<PaletteSource[]>(() => {
    const matching = (items: PaletteItem[]) => async (query: string) =>
      items.filter((item) => item.label.toLowerCase().includes(query.toLowerCase()));
    const done = { onSuccess: () => void router.invalidate(), onError: toast.problem };
    return [
      {
        id: "go",
        label: t("palette.goTo"),
        showEmpty: true,
        search: matching(
          railFor(user.role).map((entry) => ({
            id: entry,
            label: t(`rail.${entry}`),
            run: () => void navigate({ to: RAIL_ENTRIES[entry] }),
          })),
        ),
      },
      ...brought.filter((source) => !source.roles || source.roles.includes(user.role)),
      {
        id: "do",
        label: t("palette.do"),
        search: matching([
          { id: "light", label: t("palette.light"), run: () => setColorScheme("light") },
          { id: "dark", label: t("palette.dark"), run: () => setColorScheme("dark") },
          { id: "system", label: t("palette.followSystem"), run: () => setColorScheme("auto") },
          { id: "compact", label: t("palette.compact"), run: () => setPreferences({ density: "compact" }) },
          {
            id: "comfortable",
            label: t("palette.comfortable"),
            run: () => setPreferences({ density: "comfortable" }),
          },
          ...Object.entries(LANGUAGES)
            .filter(([code]) => code !== language)
            .map(([code, name]) => ({
              id: `language ${code}`,
              label: t("palette.language", { language: name }),
              run: () => setPreferences({ language: code as Language }),
            })),
          { id: "lock", label: t("palette.lock"), run: () => lock(undefined, done) },
          { id: "signOut", label: t("palette.signOut"), run: () => signOut(undefined, done) },
        ]),
      },
    ];
  }, [t, language, user.role, navigate, router, setColorScheme, lock, signOut]);

  return (
    <Palette
      sources={sources}
      placeholder={t("palette.placeholder")}
      searching={t("palette.searching")}
      nothing={(query) => t("palette.empty", { query })}
      navigate={(to) => void navigate({ href: to })}
    />
  );
}
