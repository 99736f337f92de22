/** The person at the desk and what they like: profile, theme, density, language, lock, sign out. */
import { Menu, UnstyledButton, useMantineColorScheme } from "@mantine/core";
import { IconChevronDown, IconLock, IconLogout, IconUserCircle } from "@tabler/icons-react";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLeaveSession } from "@/backend/queries/session";
import type { SessionDto } from "@/bindings/SessionDto";
import { Initials } from "@/design/Initials";
import { type Density, setPreferences, usePreferences } from "@/design/preferences";
import { toast } from "@/design/toast";
import { LANGUAGES, type Language } from "@/i18n";
import classes from "./UserMenu.module.css";

export function UserMenu({ user }: { user: SessionDto }) {
  const { t } = useTranslation("frame");
  const navigate = useNavigate();
  const router = useRouter();
  // otherwise Mantine stops transitions with a <style> element, which the window's policy refuses
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const { density, language } = usePreferences();
  const lock = useLeaveSession("lock");
  const signOut = useLeaveSession("sign_out");
  const leave = (how: typeof lock) =>
    how.mutate(undefined, { onSuccess: () => void router.invalidate(), onError: toast.problem });

  return (
    <Menu width={232} position="bottom-end">
      <Menu.Target>
        <UnstyledButton className={classes.target} aria-label={t("user.menu", { name: user.name })}>
          <Initials name={user.name} size={26} />
          <IconChevronDown size={13} stroke={1.8} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who}>
          <strong>{user.name}</strong>
          <span>{user.email}</span>
          <span>{t(`role.${user.role}`)}</span>
        </div>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconUserCircle size={15} stroke={1.6} />}
          onClick={() => void navigate({ to: "/profile" })}
        >
          {t("user.profile")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t("user.theme")}</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme === "auto" ? "system" : colorScheme}
          onChange={(value) => setColorScheme(value === "light" || value === "dark" ? value : "auto")}
        >
          {(["system", "light", "dark"] as const).map((scheme) => (
            <Menu.RadioItem key={scheme} value={scheme} closeMenuOnClick={false}>
              {t(`user.${scheme}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>{t("user.density")}</Menu.Label>
        <Menu.RadioGroup value={density} onChange={(value) => setPreferences({ density: value as Density })}>
          {(["comfortable", "compact"] as const).map((each) => (
            <Menu.RadioItem key={each} value={each} closeMenuOnClick={false}>
              {t(`user.${each}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>{t("user.language")}</Menu.Label>
        <Menu.RadioGroup
          value={language}
          onChange={(value) => setPreferences({ language: value as Language })}
        >
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <Menu.RadioItem key={code} value={code} closeMenuOnClick={false} lang={code}>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLock size={15} stroke={1.6} />} onClick={() => leave(lock)}>
          {t("user.lock")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={15} stroke={1.6} />} onClick={() => leave(signOut)}>
          {t("user.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
