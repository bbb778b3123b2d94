/** Images in the body of a request, digits in the reply. */
@NullMarked
package io.github.vertexj.jpegdigits;

import org.jspecify.annotations.NullMarked;
