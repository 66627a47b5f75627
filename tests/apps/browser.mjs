// Logs in to Open WebUI in Debian's Chromium, asks a model something, and prints what it saw as JSON.
//
// usage: node browser.mjs PLAYWRIGHT_DIRECTORY URL ADDRESS MODEL SCREENSHOT   (email and password as JSON on stdin)
//
// ADDRESS is where every host name leads: the router's stand-in, whose certificate nobody signed.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [library, url, address, model, screenshot] = process.argv.slice(2);
const { email, password } = JSON.parse(readFileSync(0, "utf8"));
const { chromium } = createRequire(`${library}/`)("playwright-core");
const QUESTION = "Which ship carries the line?";

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", `--host-resolver-rules=MAP * ${address}`],
});
const seen = { errors: [], foreign: [] };
try {
  const page = await browser.newPage({ viewport: { width: 1100, height: 700 }, locale: "en-US", ignoreHTTPSErrors: true });
  page.setDefaultTimeout(60_000);
  page.on("pageerror", (error) => seen.errors.push(String(error).slice(0, 200)));
  page.on("request", (request) => {
    const host = new URL(request.url()).host;
    if (host && host !== new URL(url).host && !seen.foreign.includes(host)) seen.foreign.push(host);
  });

  await page.goto(url);
  await page.locator('input[type="password"]').waitFor();
  seen.login = page.url();
  await page.locator('input[type="email"], input[name="email"]').first().fill(email);
  await page.locator('input[type="password"]').fill(password);
  await page.locator('button[type="submit"]').click();

  const input = page.locator("#chat-input");
  await input.waitFor();
  // What is new is shown once after the first login, over everything else.
  const news = page.getByRole("button", { name: /let's go/i });
  await news.click({ timeout: 5_000 }).catch(() => {});
  const chooser = page.locator('button[id^="model-selector"]').first();
  await chooser.waitFor();
  seen.chosen = (await chooser.innerText()).trim();
  if (!seen.chosen.includes(model)) {
    await chooser.click();
    await page.locator(`button[data-value="${model}"], [aria-label*="${model}"]`).first().click();
    seen.chosen = (await chooser.innerText()).trim();
  }

  await input.click();
  await input.pressSequentially(QUESTION);
  await page.keyboard.press("Enter");
  const answer = page.locator("#response-content-container").last();
  await answer.waitFor();
  await page.waitForFunction(() => {
    const all = document.querySelectorAll("#response-content-container");
    return all.length > 0 && all[all.length - 1].innerText.trim().length > 0;
  });
  // The stop button goes away when the answer is complete.
  await page.getByRole("button", { name: /^stop/i }).waitFor({ state: "detached", timeout: 60_000 }).catch(() => {});
  seen.answer = (await answer.innerText()).trim().slice(0, 200);
  await page.screenshot({ path: screenshot });
} catch (error) {
  seen.failure = String(error).split("\n")[0].slice(0, 300);
  const page = browser.contexts()[0]?.pages()[0];
  if (page) {
    await page.screenshot({ path: screenshot }).catch(() => {});
    seen.text = (await page.locator("body").innerText().catch(() => "")).slice(0, 400);
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
