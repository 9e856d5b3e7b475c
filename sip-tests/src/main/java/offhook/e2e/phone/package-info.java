/// Telephones: sipp with its scenarios, and a plain-text SIP phone of our own with a voice.
///
/// Nothing here knows JAIN-SIP or the gateway, so that faults cannot cancel out.
///
/// May import: e2e.process, e2e.speech.
@NullMarked
package offhook.e2e.phone;

import org.jspecify.annotations.NullMarked;
