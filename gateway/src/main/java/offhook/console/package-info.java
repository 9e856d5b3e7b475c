/// The operations port: health, metrics, the page of those who operate the gateway, and the JSON
/// that it shows and acts by (`gateway/docs/operations-page.md`). May import: what `ops` shows, the
/// views of `call`, `agent`, `media` and `sip`, the records of `cdr`, and `config`, `http`,
/// `guard`, `runtime`, `telemetry`.
@NullMarked
package offhook.console;

import org.jspecify.annotations.NullMarked;
