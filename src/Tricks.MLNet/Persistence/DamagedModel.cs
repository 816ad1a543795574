namespace Tricks.MLNet.Persistence;

/// <summary>The error of a saved model that cannot be read.</summary>
internal static class DamagedModel
{
    public static InvalidDataException Exception(string reason, Exception? cause = null) => new(
        $"The saved image model is damaged: {reason}. Copy the file again from where it was saved, or save the model again.", cause);
}
