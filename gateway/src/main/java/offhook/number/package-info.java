/// Says which number is meant by what was dialled, and whether it may be called. Sole importer of
/// libphonenumber. May import: `call`, `config`.
@NullMarked
package offhook.number;

import org.jspecify.annotations.NullMarked;
