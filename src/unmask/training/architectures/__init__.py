"""Architecture (config) -> keras.Model; what every network here promises to whoever exports or explains it.

`build(config)` returns a model that

- takes one input `image`, [N, S, S, 3] with values 0 to 255, and scales it inside (`Rescaling` only:
  no `Normalization`, `Resizing` or `Random*` layer);
- has a layer `features` whose output is the last feature map [N, h, w, C];
- has a Dense layer `logit` with one unit (positive means fake) or two (real, fake);
- ends in that logit, or in its sigmoid or softmax.

`served(model)` gives the model that serving wants: outputs `logit` [N] and `activation_map`
[N, h, w]. Nothing else needs to know how a network is made.
"""

from unmask.training.architectures.build import build, names
from unmask.training.architectures.views import activation_map, logit, served

__all__ = ["activation_map", "build", "logit", "names", "served"]
