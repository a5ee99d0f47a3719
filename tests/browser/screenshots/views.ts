/**
 * The views of the page that are pictured, and the way to each.
 *
 * @module
 */
import type { Page } from "playwright-core";
import type { RunningServer } from "../../support/server.ts";
import { PASSWORD } from "../../support/page_people.ts";
import { online } from "../pages.ts";

/** Where a picture is taken. */
export interface Stage {
  readonly page: Page;
  readonly server: RunningServer;
  readonly isPhone: boolean;
}

/** One view: brings the page there from where the view before it left it. */
export interface PicturedView {
  readonly name: string;
  readonly show: (stage: Stage) => Promise<void>;
}

async function backToList({ page, isPhone }: Stage): Promise<void> {
  if (isPhone && await page.getByTestId("back").isVisible()) await page.getByTestId("back").click();
}

/** In the order they are shown. */
export const VIEWS: readonly PicturedView[] = [
  {
    name: "sign-in",
    show: async ({ page, server }) => {
      await page.goto(server.url.href);
      await page.getByTestId("submit").waitFor();
    },
  },
  {
    name: "register-faults",
    show: async ({ page }) => {
      await page.getByTestId("register-tab").click();
      await page.getByTestId("username").fill("a");
      await page.getByTestId("submit").click();
      await page.getByTestId("error-password").waitFor();
    },
  },
  {
    name: "list",
    show: async ({ page }) => {
      await page.getByTestId("sign-in-tab").click();
      await page.getByTestId("username").fill("ann");
      await page.getByTestId("password").fill(PASSWORD);
      await page.getByTestId("submit").click();
      await online(page);
      await page.getByTestId("conversation").nth(3).waitFor();
    },
  },
  {
    name: "thread",
    show: async ({ page }) => {
      await page.getByTestId("conversation").filter({ hasText: "Zoë" }).click();
      await page.getByText("Two questions, later today.").last().waitFor();
    },
  },
  {
    name: "search",
    show: async (stage) => {
      await backToList(stage);
      await stage.page.getByTestId("search").fill("Gr");
      await stage.page.getByTestId("search-result").first().waitFor();
    },
  },
  {
    name: "settings",
    show: async ({ page }) => {
      await page.getByTestId("search").fill("");
      await page.getByTestId("settings").click();
      await page.getByTestId("device").first().waitFor();
    },
  },
  {
    name: "offline",
    show: async (stage) => {
      const { page, server } = stage;
      await page.getByTestId("settings-close").click();
      await page.getByTestId("conversation").filter({ hasText: "Zoë" }).click();
      await server.kill();
      await page.locator('[data-testid="connection-state"]:not([data-state="online"])').waitFor();
      await page.getByTestId("composer").fill("This one waits until the server is back.");
      await page.getByTestId("composer").press("Enter");
      await page.getByTestId("try-now").waitFor();
    },
  },
];
