/**
 * The proof that a model's batches can be joined and split: its rows do not depend on their
 * neighbours, and every output says where its rows are.
 */
@NullMarked
package io.github.vertexj.proof;

import org.jspecify.annotations.NullMarked;
