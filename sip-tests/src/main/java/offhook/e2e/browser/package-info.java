/// Agents in a real Chromium, driven through the page's own buttons and observed from inside.
///
/// May import: e2e.process, e2e.speech, Playwright.
@NullMarked
package offhook.e2e.browser;

import org.jspecify.annotations.NullMarked;
