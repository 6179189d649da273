"""Architecture (config) -> keras.Model; what every network here promises to whoever exports or explains it.

`build(config)` returns a model that

- takes one input `image`, [N, S, S, 3] with values 0 to 255, and scales it inside (`Rescaling` only:
  no `Normalization`, `Resizing` or `Random*` layer);
- has a layer `features` whose output is the last feature map [N, h, w, C];
- has a Dense layer `logit` with one unit (positive means fake) or two (real, fake);
- ends in that logit, or in its sigmoid or softmax.

Any Keras classifier can be exported; these promises make sure that the logit is exact and that the
activation map is the class-activation map where the head is average pooling and one Dense layer.
"""

from unmask.training.architectures.build import build, names

__all__ = ["build", "names"]
