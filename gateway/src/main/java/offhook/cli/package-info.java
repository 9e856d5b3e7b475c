/// The commands of the program `offhook`. May import: `app`, `config`, and what they show.
@NullMarked
package offhook.cli;

import org.jspecify.annotations.NullMarked;
