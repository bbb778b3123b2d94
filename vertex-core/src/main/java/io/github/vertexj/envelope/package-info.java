/** The JSON envelope: from bytes to instances and parameters, from predictions to bytes. */
@NullMarked
package io.github.vertexj.envelope;

import org.jspecify.annotations.NullMarked;
