/** What happens before a model's first prediction: settings, files, checks, and the load itself. */
@NullMarked
package io.github.vertexj.start;

import org.jspecify.annotations.NullMarked;
