/** Back to the choice of the first screen. */
import { Button } from "@mantine/core";
import { IconChevronLeft } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./WelcomePage.module.css";

export function Back({ onBack, disabled = false }: { onBack: () => void; disabled?: boolean }) {
  const { t } = useTranslation("accounts");
  return (
    <Button
      variant="subtle"
      size="xs"
      className={classes.back}
      leftSection={<IconChevronLeft size={14} />}
      onClick={onBack}
      disabled={disabled}
    >
      {t("welcome.back")}
    </Button>
  );
}
