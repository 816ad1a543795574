using Tricks.Torch.Training;

namespace Tricks.MLNet.Training;

/// <summary>Trained models as the teachers of a training.</summary>
internal static class Teachers
{
    /// <summary>Checks that the models speak of the same classes, and gives their networks.</summary>
    /// <param name="models">Trained; they stay the caller's.</param>
    /// <param name="classNames">The classes of the training, in order.</param>
    /// <exception cref="ArgumentException">A model has other classes, or the same in another order.</exception>
    /// <exception cref="ObjectDisposedException">A model was disposed.</exception>
    public static IReadOnlyList<Teacher> Of(IReadOnlyList<ImageScoringTransformer> models, IReadOnlyList<string> classNames)
    {
        foreach (var model in models)
        {
            if (!model.ClassNames.SequenceEqual(classNames))
            {
                throw new ArgumentException(
                    $"A teacher ({model.Architecture}) has the classes {List(model.ClassNames)}, the label column has {List(classNames)}; " +
                    "they must be the same in the same order. Train the teacher on a label column of the same MapValueToKey.");
            }
        }

        return [.. models.Select(model => model.Model.WhileAlive(() => new Teacher(model.Model.Network, model.Preprocessing)))];
    }

    private static string List(IReadOnlyList<string> names) =>
        $"[{string.Join(", ", names.Take(5))}{(names.Count > 5 ? $", ... {names.Count} in all" : "")}]";
}
