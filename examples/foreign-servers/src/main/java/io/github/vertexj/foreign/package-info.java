/** Model servers that are not ours, to be judged. */
@NullMarked
package io.github.vertexj.foreign;

import org.jspecify.annotations.NullMarked;
