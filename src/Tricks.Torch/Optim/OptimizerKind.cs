namespace Tricks.Torch.Optim;

/// <summary>Which optimizer moves the weights.</summary>
public enum OptimizerKind
{
    /// <summary>Gradient descent with momentum (<see cref="Optim.Sgd"/>). The default (BoT §2.1).</summary>
    Sgd,

    /// <summary>Adam, with weight decay in the gradient (<see cref="Optim.Adam"/>).</summary>
    Adam,

    /// <summary>Adam with decoupled weight decay (<see cref="Optim.Adam"/>).</summary>
    AdamW,

    /// <summary>Layer-wise adaptive rates, for large batches (<see cref="Optim.Lars"/>).</summary>
    Lars,
}
