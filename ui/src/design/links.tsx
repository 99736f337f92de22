/** Mantine's look with the router's addresses: typed `to`, `params`, `search`. */
import { Anchor, type AnchorProps, Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type A = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "style" | "color">;

export const TextLink = createLink(function TextLink({
  ref,
  ...props
}: AnchorProps & A & { ref?: Ref<HTMLAnchorElement> }) {
  return <Anchor {...props} ref={ref} />;
});

export const LinkButton = createLink(function LinkButton({
  ref,
  ...props
}: ButtonProps & A & { ref?: Ref<HTMLAnchorElement> }) {
  return <Button component="a" {...props} ref={ref} />;
});
