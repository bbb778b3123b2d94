package io.github.vertexj.proof;

import io.github.vertexj.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the layout that explains what a model answered to the same instances alone and in batches.
 *
 * @param alone the answers to each instance alone
 * @param batches the answers to several together
 */
record Inference(List<Output> alone, List<Batch> batches, Nearness nearness) {

  /** The answer to several instances, which are named by their places in {@link #alone}. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Batch(int[] order, Output output) {}

  /**
   * What was found.
   *
   * @param layout null if no layout explains all answers
   * @param fault what was seen then, beginning with the output's name; else empty
   */
  record Result(@Nullable Layout layout, String fault) {}

  /** Finds the layout of the whole. */
  Result layout() {
    return layout("");
  }

  private Result layout(String name) {
    Output first = alone.get(0);
    if (all(Output.One.class)) {
      return tensor(name);
    }
    if (all(Output.Nothing.class)) {
      return new Result(new Layout.None(), "");
    }
    if (!all(Output.Several.class)) {
      return fault(name, "has another structure from call to call");
    }
    Output.Several several = (Output.Several) first;
    if (several.form() == Output.Form.LIST && eachFits()) {
      return new Result(new Layout.Each(), "");
    }
    return parts(name, several);
  }

  private boolean all(Class<? extends Output> kind) {
    return alone.stream().allMatch(kind::isInstance)
        && batches.stream().allMatch(batch -> kind.isInstance(batch.output()));
  }

  /** Whether a list has an element for each instance, the same as alone. */
  private boolean eachFits() {
    return fits(new Layout.Each(), nearness::near);
  }

  private interface Same {
    boolean test(Output one, Output other);
  }

  private boolean fits(Layout candidate, Same same) {
    List<@Nullable Output> expected = new ArrayList<>();
    alone.forEach(output -> expected.add(candidate.takeIfFit(output, 0, 1)));
    if (expected.contains(null)) {
      return false;
    }
    for (Batch batch : batches) {
      for (int i = 0; i < batch.order().length; i++) {
        Output taken = candidate.takeIfFit(batch.output(), i, batch.order().length);
        Output wanted = expected.get(batch.order()[i]);
        if (taken == null || wanted == null || !same.test(wanted, taken)) {
          return false;
        }
      }
    }
    return true;
  }

  private Result parts(String name, Output.Several several) {
    List<Layout> layouts = new ArrayList<>();
    for (int part = 0; part < several.parts().size(); part++) {
      Inference of = part(several, part);
      if (of == null) {
        return fault(name, "has another structure from call to call");
      }
      Result result = of.layout(several.name(name, part));
      if (result.layout() == null) {
        return result;
      }
      layouts.add(result.layout());
    }
    return alike(several)
        ? new Result(new Layout.Parts(layouts), "")
        : fault(name, "has another structure from call to call");
  }

  private boolean alike(Output.Several several) {
    return alone.stream().allMatch(output -> several.sameForm((Output.Several) output))
        && batches.stream().allMatch(batch -> several.sameForm((Output.Several) batch.output()));
  }

  private @Nullable Inference part(Output.Several several, int part) {
    if (!alike(several)) {
      return null;
    }
    return new Inference(
        alone.stream().map(output -> ((Output.Several) output).parts().get(part)).toList(),
        batches.stream()
            .map(
                batch ->
                    new Batch(batch.order(), ((Output.Several) batch.output()).parts().get(part)))
            .toList(),
        nearness);
  }

  private Result tensor(String name) {
    double scale = 0;
    for (Output output : alone) {
      scale = Math.max(scale, Nearness.scale(((Output.One) output).tensor()));
    }
    double largest = scale;
    Same same = (one, other) -> near(one, other, largest);
    for (Layout candidate : Layout.candidates(shape(alone.get(0)).length)) {
      if (fits(candidate, same)) {
        return new Result(candidate, "");
      }
    }
    return fault(name, seen(largest));
  }

  private boolean near(Output one, Output other, double scale) {
    Tensor first = ((Output.One) one).tensor();
    Tensor second = ((Output.One) other).tensor();
    return Nearness.sameKind(first, second) && nearness.difference(first, second, scale) == 0;
  }

  /** Says what speaks against the first dimension being the batch. */
  private String seen(double scale) {
    for (Batch batch : batches) {
      int count = batch.order().length;
      for (int i = 0; i < count; i++) {
        Output taken = Layout.rows().takeIfFit(batch.output(), i, count);
        Output wanted = Layout.rows().takeIfFit(alone.get(batch.order()[i]), 0, 1);
        if (taken == null || wanted == null || !sameShape(taken, wanted)) {
          return "has the shape %s for one instance and %s for %d"
              .formatted(
                  ((Output.One) alone.get(0)).tensor().shape(),
                  ((Output.One) batch.output()).tensor().shape(),
                  count);
        }
        double difference =
            nearness.difference(
                ((Output.One) wanted).tensor(), ((Output.One) taken).tensor(), scale);
        if (difference > 0) {
          return "depends on an instance's neighbours: in a batch of %d it differs by %.2g from what"
                  .formatted(count, difference)
              + " the instance gives alone";
        }
      }
    }
    return "has no dimension that is the batch";
  }

  private static boolean sameShape(Output one, Output other) {
    return Nearness.sameKind(((Output.One) one).tensor(), ((Output.One) other).tensor());
  }

  private static int[] shape(Output output) {
    return ((Output.One) output).tensor().shape().toArray();
  }

  private static Result fault(String name, String seen) {
    return new Result(null, UnfitOutputException.label(name) + " " + seen);
  }

  /** The layout of the answers to one instance alone, which keeps its form from call to call. */
  Layout ofOne() {
    Output first = alone.get(0);
    if (alone.stream().allMatch(Output.One.class::isInstance)) {
      return rowsAlone() || lostAlone() ? Layout.rows() : new Layout.Whole();
    }
    if (alone.stream().allMatch(Output.Nothing.class::isInstance)) {
      return new Layout.None();
    }
    if (!(first instanceof Output.Several several)
        || !alone.stream()
            .allMatch(output -> output instanceof Output.Several other && several.sameForm(other))
        || Layout.ByItself.only(several) != null) {
      return Layout.byItself();
    }
    List<Layout> layouts = new ArrayList<>();
    for (int i = 0; i < several.parts().size(); i++) {
      int part = i;
      List<Batch> alike =
          batches.stream()
              .filter(batch -> batch.output() instanceof Output.Several s && several.sameForm(s))
              .map(
                  batch ->
                      new Batch(batch.order(), ((Output.Several) batch.output()).parts().get(part)))
              .toList();
      List<Output> parts =
          alone.stream().map(output -> ((Output.Several) output).parts().get(part)).toList();
      layouts.add(new Inference(parts, alike, nearness).ofOne());
    }
    return new Layout.Parts(layouts);
  }

  private boolean rowsAlone() {
    return alone.stream().allMatch(output -> Layout.rows().takeIfFit(output, 0, 1) != null);
  }

  /**
   * Whether there is nothing for any instance alone but something for several: rows were lost, and
   * are refused.
   */
  private boolean lostAlone() {
    return alone.stream().allMatch(output -> elements(output) == 0)
        && batches.stream().anyMatch(batch -> elements(batch.output()) > 0);
  }

  private static int elements(Output output) {
    return output instanceof Output.One one ? one.tensor().elements() : 0;
  }
}
